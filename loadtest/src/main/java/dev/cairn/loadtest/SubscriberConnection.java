package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One live subscriber: checks that records come without gap or repeat, and takes the time from an event's
/// send to its arrival.
///
/// A frame is only looked at where its sequence and its event's id are. An ordinary WebSocket client would be
/// slower than the relay.
final class SubscriberConnection {

    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int READ_BYTES = 256 * 1024; // More than that would leave the cache before it is looked at.
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final long RECORD = word("{\"t\":\"rec");
    private static final long LIVE = word("{\"t\":\"liv");
    private static final long ERROR = word("{\"t\":\"err");
    private static final byte[] SEQUENCE = "\"seq\":".getBytes(StandardCharsets.ISO_8859_1);
    private static final int SEQUENCE_SEARCH_BYTES = 128;

    private final SocketChannel channel;
    private final LiveClock arrivals;
    private byte[] unfinished = new byte[0];
    private long next;
    private long delivered;
    private int sequenceAt = 27;
    private int idAt;
    private boolean live;
    private boolean closed;
    private int closeCode;
    private long faults;
    private String fault = "";

    /// @param since the sequence it subscribed after
    SubscriberConnection(SocketChannel channel, long since, LiveClock arrivals) {
        this.channel = channel;
        this.next = since + 1;
        this.arrivals = arrivals;
    }

    SocketChannel channel() {
        return channel;
    }

    /// Records it has received.
    long delivered() {
        return delivered;
    }

    /// The sequence it received last.
    long last() {
        return next - 1;
    }

    /// Whether the relay said that replay is over.
    boolean isLive() {
        return live;
    }

    /// Whether the relay has ended it.
    boolean isClosed() {
        return closed;
    }

    /// The code it was closed with; 0 while it is open or when there was none.
    int closeCode() {
        return closeCode;
    }

    /// Gaps, repeats and errors.
    long faults() {
        return faults;
    }

    /// The first of them, or an empty text.
    String fault() {
        return fault;
    }

    /// Reads once what there is, by way of `scratch`; false when the relay has ended it.
    boolean read(ByteBuffer scratch) throws IOException {
        scratch.clear().limit(unfinished.length + READ_BYTES).put(unfinished);
        if (channel.read(scratch) < 0) {
            closed = true;
            return false;
        }
        arrivals.now();
        int end = scratch.position();
        int at = takeFrames(scratch, end);
        unfinished = end == at ? new byte[0] : new byte[end - at];
        scratch.get(at, unfinished);
        return !closed;
    }

    /// Takes all whole frames and returns where the first unfinished one begins.
    int takeFrames(ByteBuffer bytes, int end) throws IOException {
        int at = 0;
        while (end - at >= 2) {
            int size = bytes.get(at + 1) & 0x7F;
            int head = size == 126 ? 4 : size == 127 ? 10 : 2;
            if (end - at < head) {
                return at;
            }
            long payload = size == 126 ? bytes.getShort(at + 2) & 0xFFFF : size == 127 ? bytes.getLong(at + 2) : size;
            if (payload < 0 || payload > FRAME_BYTES_MAX + SEQUENCE_SEARCH_BYTES) {
                throw new IOException("a frame of " + payload + " bytes");
            }
            int frameEnd = at + head + (int) payload;
            if (end < frameEnd) {
                return at;
            }
            takeFrame(bytes, bytes.get(at) & 0xF, at + head, frameEnd);
            at = frameEnd;
        }
        return at;
    }

    private void takeFrame(ByteBuffer bytes, int opcode, int from, int to) throws IOException {
        if (opcode == TEXT && to - from > 16) {
            long kind = bytes.getLong(from);
            if (kind == RECORD) {
                takeRecord(bytes, from, to);
            } else if (kind == LIVE) {
                live = true;
            } else if (kind == ERROR) {
                fault("the relay said ", text(bytes, from, to));
            }
        } else if (opcode == PING) {
            WebSocketDoor.writeFrame(channel, 0xA, copy(bytes, from, to));
        } else if (opcode == CLOSE) {
            closed = true;
            closeCode = to - from >= 2 ? bytes.getShort(from) & 0xFFFF : 0;
        }
    }

    private void takeRecord(ByteBuffer bytes, int from, int to) {
        if (!isSequenceAt(bytes, from + sequenceAt, to)) {
            sequenceAt = 8;
            while (sequenceAt < SEQUENCE_SEARCH_BYTES && !isSequenceAt(bytes, from + sequenceAt, to)) {
                sequenceAt++;
            }
        }
        long sequence = 0;
        for (int i = from + sequenceAt + SEQUENCE.length; i < to && bytes.get(i) >= '0' && bytes.get(i) <= '9'; i++) {
            sequence = sequence * 10 + bytes.get(i) - '0';
        }
        if (sequence != next) {
            fault("expected record " + next + " and got ", Long.toString(sequence));
        }
        next = sequence + 1;
        delivered++;
        if (arrivals.isWanted(sequence)) {
            idAt = arrivals.take(bytes, from, to, idAt);
        }
    }

    private static boolean isSequenceAt(ByteBuffer bytes, int at, int to) {
        if (at + SEQUENCE.length > to) {
            return false;
        }
        for (int i = 0; i < SEQUENCE.length; i++) {
            if (bytes.get(at + i) != SEQUENCE[i]) {
                return false;
            }
        }
        return true;
    }

    private void fault(String what, String found) {
        faults++;
        if (fault.isEmpty()) {
            fault = what + found;
        }
    }

    private static String text(ByteBuffer bytes, int from, int to) {
        byte[] text = copy(bytes, from, Math.min(to, from + 200));
        return new String(text, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }

    private static byte[] copy(ByteBuffer bytes, int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return copy;
    }

    private static long word(String text) {
        return ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), 8))
                .getLong();
    }
}

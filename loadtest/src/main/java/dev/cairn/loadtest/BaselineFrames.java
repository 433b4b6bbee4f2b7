package dev.cairn.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What the [BaselineServer] says to its subscribers: a record's frame as a relay sends it (`docs/stream.md`),
/// built once for all of them, in a ring of the newest bytes.
///
/// A place is counted from the first byte ever. A line goes in as it is, between bytes that never change.
final class BaselineFrames {

    /// Whoever is further behind [#end] than this cannot be served any more; half of the ring is left for the
    /// longest frame and the piece it ends.
    static final int BACKLOG_BYTES_MAX = 4 * 1024 * 1024;

    private static final int RING_BYTES = 2 * BACKLOG_BYTES_MAX;
    private static final byte FINAL_TEXT = (byte) 0x81;
    private static final byte LENGTH_OF_TWO_BYTES = 126;
    private static final byte LENGTH_OF_EIGHT_BYTES = 127;
    private static final int HEAD_BYTES = 80;
    private static final byte[] START = ascii("{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":");
    private static final byte[] MIDDLE = ascii(",\"record\":");

    /// Makes a frame about as long as a relay's, which adds more to a record than it takes off the request.
    private static final byte[] TAIL =
            ascii(",\"_relay\":{\"by\":\"baseline\"},\"_relay_hash\":\"sha256:" + "c41a".repeat(16) + "\"}");

    private final ByteBuffer ring = ByteBuffer.allocateDirect(RING_BYTES);
    private final ByteBuffer unsent = ring.duplicate();
    private final byte[] head = new byte[HEAD_BYTES];
    private long end;
    private long sequence;

    BaselineFrames() {
        System.arraycopy(MIDDLE, 0, head, HEAD_BYTES - MIDDLE.length, MIDDLE.length);
    }

    /// Where the next frame will begin.
    long end() {
        return end;
    }

    /// Adds the frame of the next record, whose line is `begun` and then `bytes[from, to)`.
    void add(byte[] begun, ByteBuffer bytes, int from, int to) {
        int headFrom = writeHead(++sequence, begun.length + to - from);
        put(head, headFrom, HEAD_BYTES - headFrom);
        put(begun, 0, begun.length);
        int at = (int) (end % RING_BYTES);
        int first = Math.min(to - from, RING_BYTES - at);
        ring.put(at, bytes, from, first);
        ring.put(0, bytes, from + first, to - from - first);
        end += to - from;
        put(TAIL, 0, TAIL.length);
    }

    /// Counts records whose frames nobody wants.
    void skip(int records) {
        sequence += records;
    }

    /// The next record is the first again.
    void beginAnew() {
        sequence = 0;
    }

    /// What lies from `at` on in one piece, ready to be written.
    ByteBuffer from(long at) {
        int from = (int) (at % RING_BYTES);
        int size = (int) Math.min(end - at, RING_BYTES - from);
        return unsent.limit(from + size).position(from);
    }

    /// Says that what follows is live.
    byte[] live() {
        byte[] text = ascii("{\"t\":\"live\",\"chain\":\"audit\",\"seq\":" + sequence + "}");
        return ByteBuffer.allocate(2 + text.length)
                .put(FINAL_TEXT)
                .put((byte) text.length)
                .put(text)
                .array();
    }

    /// Writes all that comes before the line, from its end to its beginning; returns where it begins. No
    /// payload is short enough for a length of one byte.
    private int writeHead(long number, int lineBytes) {
        int at = HEAD_BYTES - MIDDLE.length;
        for (long rest = number; rest != 0; rest /= 10) {
            head[--at] = (byte) ('0' + rest % 10);
        }
        at -= START.length;
        System.arraycopy(START, 0, head, at, START.length);
        int payload = HEAD_BYTES - at + lineBytes + TAIL.length;
        int lengthBytes = payload <= 0xFFFF ? Short.BYTES : Long.BYTES;
        long rest = payload;
        for (int i = 0; i < lengthBytes; i++) {
            head[--at] = (byte) rest;
            rest >>>= Byte.SIZE;
        }
        head[--at] = lengthBytes == Short.BYTES ? LENGTH_OF_TWO_BYTES : LENGTH_OF_EIGHT_BYTES;
        head[--at] = FINAL_TEXT;
        return at;
    }

    private void put(byte[] bytes, int from, int size) {
        int at = (int) (end % RING_BYTES);
        int first = Math.min(size, RING_BYTES - at);
        ring.put(at, bytes, from, first);
        ring.put(0, bytes, from + first, size - first);
        end += size;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

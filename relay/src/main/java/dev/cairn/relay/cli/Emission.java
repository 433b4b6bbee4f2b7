package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Many events over one connection: lines go out without waiting for answers, answers come in on a thread of
/// their own and are matched with the lines by their order.
final class Emission {

    /// A line that is in no chain, and why.
    record Refusal(long line, String error) {}

    private static final byte[] HEAD = EmitCommand.REQUEST_HEAD.getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAIL = {'}', '\n'};
    private static final int REFUSALS_KEPT = 1_000;
    private static final int IN_FLIGHT_MAX = 65_536;
    private static final int LINE_BYTES_MAX = 16 << 20;
    private static final long END = -1;

    private final RelaySocket socket;
    private final InputStream in;
    private final BlockingQueue<Long> inFlight = new ArrayBlockingQueue<>(IN_FLIGHT_MAX);
    private final List<Refusal> refusals = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);
    private final JsonTape tape = new JsonTape();
    private final byte[] read = new byte[1 << 16];
    private int readFrom;
    private int readTo;
    private byte[] line = new byte[1 << 12];
    private volatile long bytesRead;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile @Nullable String lost;
    private @Nullable String lastHash;

    Emission(RelaySocket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /// Sends all of the input and returns when everything is answered, or the connection is lost.
    ///
    /// @param onProgress called often
    void run(Runnable onProgress) throws IOException, InterruptedException {
        Thread answers = Thread.ofPlatform().daemon().start(this::readAnswers);
        long number = 0;
        try {
            for (int length = readLine(); length >= 0 && lost == null; length = readLine()) {
                number++;
                if (!isBlank(length)) {
                    send(number, length);
                    onProgress.run();
                }
            }
            flush();
            while (!inFlight.offer(END, 100, TimeUnit.MILLISECONDS) && lost == null) {
                onProgress.run();
            }
        } catch (BrokenConnectionException e) {
            lost(String.valueOf(e.getMessage()));
        }
        while (!answers.join(Duration.ofMillis(50))) {
            onProgress.run();
        }
    }

    long answered() {
        return stored.get() + refused.get();
    }

    long bytesRead() {
        return bytesRead;
    }

    long stored() {
        return stored.get();
    }

    long refused() {
        return refused.get();
    }

    /// The first thousand, in the order of their lines.
    synchronized List<Refusal> refusals() {
        return refusals.stream().sorted(Comparator.comparingLong(Refusal::line)).toList();
    }

    /// Of the record stored last.
    @Nullable
    String lastHash() {
        return lastHash;
    }

    /// Why the connection broke before everything was answered; null when it did not.
    @Nullable
    String lost() {
        return lost;
    }

    /// A line that is no JSON is refused here: inside an envelope it could become something else.
    private void send(long number, int length) throws InterruptedException {
        try {
            tape.parse(line, 0, length);
        } catch (JsonSyntaxException e) {
            refuse(number, "not JSON: " + e.getMessage());
            return;
        }
        if (!inFlight.offer(number)) {
            flush();
            while (!inFlight.offer(number, 100, TimeUnit.MILLISECONDS)) {
                if (lost != null) {
                    return;
                }
            }
        }
        put(HEAD, HEAD.length);
        put(line, length);
        put(TAIL, TAIL.length);
    }

    private void put(byte[] bytes, int length) {
        for (int from = 0; from < length; ) {
            if (!out.hasRemaining()) {
                flush();
            }
            int part = Math.min(out.remaining(), length - from);
            out.put(bytes, from, part);
            from += part;
        }
    }

    private void flush() {
        try {
            socket.send(out.flip());
            out.clear();
        } catch (IOException e) {
            throw new BrokenConnectionException(e);
        }
    }

    /// Reads one line into [#line]; its length without the newline, or -1 at the end of the input.
    private int readLine() throws IOException {
        int length = 0;
        while (true) {
            int newline = readFrom;
            while (newline < readTo && read[newline] != '\n') {
                newline++;
            }
            length = append(length, newline);
            if (newline < readTo) {
                readFrom = newline + 1;
                countBytes(length + 1);
                return length;
            }
            if (!fill()) {
                return length == 0 ? -1 : length;
            }
        }
    }

    /// Moves what was read up to `end` behind the first `length` bytes of the line; the line's new length.
    private int append(int length, int end) {
        int more = end - readFrom;
        if (length + more > LINE_BYTES_MAX) {
            throw CommandFailedException.usage("a line of more than " + Human.bytes(LINE_BYTES_MAX));
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + more));
        }
        System.arraycopy(read, readFrom, line, length, more);
        readFrom = end;
        return length + more;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread writes it.
    private void countBytes(int more) {
        bytesRead += more;
    }

    private boolean fill() throws IOException {
        if (out.position() > 0 && in.available() == 0) {
            flush(); // Whoever types, or pipes slowly, sees each event stored at once.
        }
        readFrom = 0;
        readTo = Math.max(0, in.read(read));
        return readTo > 0;
    }

    private boolean isBlank(int length) {
        return new String(line, 0, Math.min(length, 64), StandardCharsets.ISO_8859_1).isBlank()
                && new String(line, 0, length, StandardCharsets.ISO_8859_1).isBlank();
    }

    private void readAnswers() {
        try {
            for (long number = inFlight.take(); number != END; number = inFlight.take()) {
                byte[] answer = socket.answer();
                if (answer == null) {
                    lost("the relay closed it");
                    return;
                }
                settle(number, JsonObject.parse(answer));
            }
        } catch (IOException | IllegalArgumentException e) {
            lost(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            lost("interrupted");
        }
    }

    private void settle(long number, JsonObject answer) {
        if (answer.isTrue("ok")) {
            lastHash = answer.text("relay_hash");
            stored.incrementAndGet();
        } else {
            refuse(number, answer.text("error", "no reason given"));
        }
    }

    private synchronized void refuse(long number, String error) {
        refused.incrementAndGet();
        if (refusals.size() < REFUSALS_KEPT) {
            refusals.add(new Refusal(number, error));
        }
    }

    private void lost(String why) {
        if (lost == null) {
            lost = why;
        }
    }

    /// The relay is gone while we write.
    private static final class BrokenConnectionException extends RuntimeException {

        private static final long serialVersionUID = 1;

        private BrokenConnectionException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}

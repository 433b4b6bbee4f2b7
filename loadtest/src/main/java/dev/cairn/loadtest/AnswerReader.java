package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The receiving half of an [EmitterConnection]: counts answers and takes their latency.
///
/// An answer is only looked at as far as needed: its first bytes say whether it is good, and that of a stored
/// event has a known length.
final class AnswerReader {

    /// Bytes of `{"ok":true,"relay_hash":"sha256:…"}` and its newline.
    static final int EVENT_ANSWER_BYTES = 99;

    private static final int HASH_DIGITS_AT = 32;
    private static final long OK = word("{\"ok\":tr");
    private static final long RELAY_HASH = word("\"relay_h");
    private static final int RELAY_HASH_AT = 11;
    private static final int VERIFIED_BYTES = "{\"ok\":true,\"verified\":true}".length();
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int EXAMPLE_LENGTH = 200;

    private final EmitterConnection connection;
    private final LatencyBatch latencies;
    private final @Nullable Evidence evidence;
    private byte[] unfinished = new byte[0];
    private long answered;
    private long events;
    private long refused;
    private String refusal = "";

    /// @param evidence where it is noted what was acknowledged and signed, `null` if nobody asks
    AnswerReader(EmitterConnection connection, LatencyBatch latencies, @Nullable Evidence evidence) {
        this.connection = connection;
        this.latencies = latencies;
        this.evidence = evidence;
    }

    EmitterConnection connection() {
        return connection;
    }

    /// All answers, good or not.
    long answered() {
        return answered;
    }

    /// Events that were acknowledged.
    long events() {
        return events;
    }

    long refused() {
        return refused;
    }

    /// The first answer that was not good, or an empty text.
    String refusal() {
        return refusal;
    }

    /// Reads what there is, by way of `scratch`.
    ///
    /// @return false at the end of the stream
    boolean read(ByteBuffer scratch, LoadClock clock) throws IOException {
        scratch.clear().put(unfinished);
        if (connection.channel().read(scratch) < 0) {
            return false;
        }
        int end = scratch.position();
        int at = take(scratch, end, clock.micros());
        if (end - at > ANSWER_BYTES_MAX) {
            throw new IOException("an answer is longer than " + ANSWER_BYTES_MAX + " bytes");
        }
        unfinished = end - at == unfinished.length ? unfinished : new byte[end - at];
        scratch.get(at, unfinished);
        return true;
    }

    private int take(ByteBuffer bytes, int end, long nowMicros) {
        int at = 0;
        for (int newline = newline(bytes, at, end); newline >= 0; newline = newline(bytes, at, end)) {
            take(bytes, at, newline, nowMicros);
            at = newline + 1;
        }
        return at;
    }

    private void take(ByteBuffer bytes, int at, int newline, long nowMicros) {
        long request = answered++;
        if (request >= connection.sent()) {
            refuse("an answer nobody asked for: ", bytes, at, newline);
        } else if (newline - at < 10 || bytes.getLong(at) != OK) {
            refuse("", bytes, at, newline);
        } else {
            latencies.add(connection.sendTimes().of(request), nowMicros);
            switch (connection.kind(request)) {
                case EVENT -> takeEvent(request, bytes, at, newline);
                case SIGN -> takeSignature(request, bytes, at, newline);
                case VERIFY -> takeVerdict(bytes, at, newline);
                case PING, STATE -> {} // They are good.
            }
        }
    }

    private void takeEvent(long request, ByteBuffer bytes, int at, int newline) {
        events++;
        if (evidence != null) {
            evidence.events().add(connection.number(), request, hashDigits(bytes, at, newline));
        }
    }

    private void takeSignature(long request, ByteBuffer bytes, int at, int newline) {
        if (evidence != null && !evidence.signatures().add(connection.number(), request, bytes, at, newline)) {
            refuse("no signature, or by another key than before: ", bytes, at, newline);
        }
    }

    private void takeVerdict(ByteBuffer bytes, int at, int newline) {
        if (newline - at != VERIFIED_BYTES) {
            refuse("a good signature does not verify: ", bytes, at, newline);
        }
    }

    private static int newline(ByteBuffer bytes, int at, int end) {
        int expected = at + EVENT_ANSWER_BYTES - 1;
        if (expected < end && bytes.getLong(at + RELAY_HASH_AT) == RELAY_HASH && bytes.get(expected) == '\n') {
            return expected;
        }
        for (int i = at; i < end; i++) {
            if (bytes.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    /// The first digits of the hash as a number; 1, which no hash has, if there is none.
    private static long hashDigits(ByteBuffer bytes, int at, int newline) {
        if (newline - at != EVENT_ANSWER_BYTES - 1 || bytes.getLong(at + RELAY_HASH_AT) != RELAY_HASH) {
            return 1;
        }
        long digits = 0;
        for (int i = at + HASH_DIGITS_AT; i < at + HASH_DIGITS_AT + 16; i++) {
            digits = digits << 4 | Character.digit(bytes.get(i), 16) & 15;
        }
        return digits;
    }

    private void refuse(String why, ByteBuffer bytes, int at, int newline) {
        refused++;
        if (refusal.isEmpty()) {
            byte[] text = new byte[Math.min(newline - at, EXAMPLE_LENGTH)];
            bytes.get(at, text);
            refusal = why + new String(text, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
        }
    }

    private static long word(String text) {
        return ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), 8))
                .getLong();
    }
}

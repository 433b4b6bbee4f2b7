package dev.cairn.protocol.audit;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns events into finished stored lines with gaps (`specs/audit-relay.md` 2.2): checks the schema and the event's
/// own hash, writes canonical text, stamps it with peer, time and salt.
///
/// One for each event loop; not thread-safe. What [#take] gives has no tie to the writer any more.
public final class RecordBatchWriter {

    /// A stored line, its newline included, stays below 1 MiB: other readers of the log allow no more.
    public static final int LINE_MAX = 1_048_575;

    /// What became of an event.
    public sealed interface Result {}

    /// It is in the batch.
    public record Added() implements Result {}

    /// It is not; this is the answer.
    public record Refused(Failure answer) implements Result {}

    private static final Added ADDED = new Added();
    private static final byte[] RELAY = ascii("\"_relay\":{");
    private static final byte[] RECEIVED_AT = ascii("\"received_at\":\"");
    private static final byte[] PREV_HASH =
            ascii("\",\"relay_prev_hash\":\"sha256:" + "0".repeat(64) + "\",\"salt\":\"");
    private static final int PREV_HASH_GAP = "\",\"relay_prev_hash\":\"sha256:".length();
    private static final byte[] SALT_END = ascii("\"},");
    private static final byte[] EVENT_HASH = ascii("\"event_hash\":");
    private static final byte[] LINE_END = ascii("\"_relay_hash\":\"sha256:" + "0".repeat(64) + "\"}\n");
    private static final int HASH_GAP = "\"_relay_hash\":\"sha256:".length();

    private static final int BUFFER = 128 * 1024;
    private static final int BUFFER_KEPT = 512 * 1024;

    private final SaltSource salts;
    private final EventSchema schema = new EventSchema();
    private final CanonicalJson canonical = new CanonicalJson(Dialect.AUDIT);
    private final EventHash eventHashes = new EventHash();
    private final UtcClockText clockText = new UtcClockText();

    private final ByteBuilder relay = new ByteBuilder(512);
    private PeerStamp relayStamp = PeerStamp.NOBODY;
    private long relayMillis = -1;
    private int relayPrev;
    private int relaySalt;

    private ByteBuilder lines = new ByteBuilder(BUFFER);
    private int[] layout = new int[64 * RecordBatch.STRIDE];
    private int count;

    public RecordBatchWriter(SaltSource salts) {
        this.salts = salts;
    }

    /// Adds the event at node `payload`, unless it must be refused. `tape` must not be nested deeper than
    /// [JsonTape#DEPTH_MAX].
    public Result add(JsonTape tape, int payload, PeerStamp stamp, long receivedAtMillis) {
        String issues = schema.check(tape, payload);
        if (!issues.isEmpty()) {
            return new Refused(Failure.invalidEvent(issues));
        }
        if (isTampered(tape, payload)) {
            return new Refused(Failure.TAMPERED);
        }
        int start = lines.length();
        boolean fits = false;
        try {
            prepareRelay(stamp, receivedAtMillis);
            write(tape, payload);
            fits = lines.length() - start <= LINE_MAX;
        } finally {
            if (!fits) {
                lines.truncate(start); // Nor may a failure leave half a line between two records.
            }
        }
        if (!fits) {
            return new Refused(Failure.TOO_LARGE);
        }
        count++;
        return ADDED;
    }

    /// Events added since the last [#take].
    public int count() {
        return count;
    }

    /// Bytes of their lines.
    public int byteCount() {
        return lines.length();
    }

    /// The events added since the last time, of which there is at least one.
    public RecordBatch take() {
        if (count == 0) {
            throw new IllegalStateException("nothing was added");
        }
        RecordBatch batch =
                new RecordBatch(lines.toByteArray(), Arrays.copyOf(layout, count * RecordBatch.STRIDE), count);
        count = 0;
        if (lines.array().length > BUFFER_KEPT) {
            lines = new ByteBuilder(BUFFER);
        }
        lines.truncate(0);
        return batch;
    }

    private boolean isTampered(JsonTape tape, int payload) {
        int eventHash = schema.eventHash();
        if (eventHash >= 0) {
            return !tape.textEquals(eventHash, "") && !eventHashes.agrees(tape, payload, eventHash);
        }
        return schema.hash() >= 0 && !eventHashes.agreesAsDocumented(tape, payload, schema.hash());
    }

    private void write(JsonTape tape, int payload) {
        int start = lines.length();
        int eventHash = schema.eventHash();
        int prev = -1;
        int first = canonical.sortedKeys(tape, payload);
        int end = canonical.rangeEnd();
        lines.put('{');
        for (int i = first; i < end; i++) {
            int key = canonical.key(i);
            if (prev < 0 && sortsBehindRelay(tape, key)) {
                prev = writeRelay();
            }
            if (key + 1 != eventHash) {
                canonical.writeMember(tape, key, lines);
            }
        }
        canonical.release(first);
        lines.array()[lines.length() - 1] = '}'; // There are members behind `_relay`: an event has an `id`.
        int hashedEnd = lines.length();
        if (eventHash >= 0) {
            canonical.write(tape, eventHash, lines.put(EVENT_HASH));
            lines.put(',');
        }
        int hash = lines.length() + HASH_GAP;
        lines.put(LINE_END);
        noteLine(start, prev, hashedEnd, hash);
    }

    /// Lower-case names do; others come first.
    private static boolean sortsBehindRelay(JsonTape tape, int key) {
        byte lead = tape.source()[tape.start(key) + 1];
        return lead >= 'a' && lead <= 'z' || tape.text(key).compareTo("_relay") > 0;
    }

    /// Writes the relay's own member and returns where the gap for the previous hash is.
    private int writeRelay() {
        int at = lines.length();
        lines.put(relay.array(), 0, relay.length());
        salts.next(lines.array(), at + relaySalt);
        return at + relayPrev;
    }

    /// Prepares the relay's own member: events of one connection in one millisecond differ in the salt only.
    private void prepareRelay(PeerStamp stamp, long receivedAtMillis) {
        if (stamp == relayStamp && receivedAtMillis == relayMillis) {
            return;
        }
        relay.truncate(0);
        relay.put(RELAY).put(stamp.text).put(RECEIVED_AT).put(clockText.of(receivedAtMillis));
        relayPrev = relay.length() + PREV_HASH_GAP;
        relaySalt = relay.put(PREV_HASH).skip(SaltSource.TEXT_LENGTH);
        relay.put(SALT_END);
        relayStamp = stamp;
        relayMillis = receivedAtMillis;
    }

    private void noteLine(int start, int prev, int hashedEnd, int hash) {
        int at = count * RecordBatch.STRIDE;
        if (at == layout.length) {
            layout = Arrays.copyOf(layout, at * 2);
        }
        layout[at] = start;
        layout[at + 1] = prev;
        layout[at + 2] = hashedEnd;
        layout[at + 3] = hash;
        layout[at + 4] = lines.length();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

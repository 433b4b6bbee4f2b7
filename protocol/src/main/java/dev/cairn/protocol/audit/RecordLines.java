package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns JSON objects into stored lines that are finished but for their links (`specs/audit-relay.md` 2.2):
/// canonical text, stamped with peer, time and salt. Knows the form of a record, not what it is about: events
/// are checked by [RecordBatchWriter], which writes here.
///
/// One for each event loop; not thread-safe. What [#take] gives has no tie to the writer any more.
public final class RecordLines {

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

    /// There is no member outside the hashed text.
    private static final int NONE = -1;

    private final SaltSource salts;
    private final CanonicalJson canonical = new CanonicalJson(Dialect.AUDIT);
    private final UtcClockText clockText = new UtcClockText();

    private final ByteBuilder relay = new ByteBuilder(512);
    private PeerStamp relayStamp = PeerStamp.NOBODY;
    private long relayMillis = -1;
    private int relayPrev;
    private int relaySalt;

    private ByteBuilder lines = new ByteBuilder(BUFFER);
    private int[] layout = new int[64 * RecordBatch.STRIDE];
    private int count;

    public RecordLines(SaltSource salts) {
        this.salts = salts;
    }

    /// Adds the object at node `object`, all of which is hashed; `false` if its line would be longer than
    /// [RecordBatchWriter#LINE_MAX]. `tape` must not be nested deeper than [JsonTape#DEPTH_MAX].
    ///
    /// @throws IllegalArgumentException if it is no object, or has a member that means something in a log:
    ///     `_relay`, `_relay_hash`, `event_hash`, or a `type` that is `heartbeat`
    public boolean add(JsonTape tape, int object, PeerStamp stamp, long receivedAtMillis) {
        if (!tape.is(object, JsonKind.OBJECT)
                || tape.member(object, "_relay") >= 0
                || tape.member(object, "_relay_hash") >= 0
                || tape.member(object, "event_hash") >= 0
                || isHeartbeat(tape, tape.member(object, "type"))) {
            throw new IllegalArgumentException("expected an object without members of the log's own");
        }
        return add(tape, object, NONE, stamp, receivedAtMillis);
    }

    private static boolean isHeartbeat(JsonTape tape, int type) {
        return type >= 0 && tape.is(type, JsonKind.STRING) && tape.textEquals(type, "heartbeat");
    }

    /// Adds an object whose members are known to be right.
    ///
    /// @param eventHash the value of the member that is outside the hashed text, or -1
    boolean add(JsonTape tape, int object, int eventHash, PeerStamp stamp, long receivedAtMillis) {
        int start = lines.length();
        boolean fits = false;
        try {
            prepareRelay(stamp, receivedAtMillis);
            write(tape, object, eventHash);
            fits = lines.length() - start <= RecordBatchWriter.LINE_MAX;
        } finally {
            if (!fits) {
                lines.truncate(start); // Nor may a failure leave half a line between two records.
            }
        }
        count += fits ? 1 : 0;
        return fits;
    }

    /// Records added since the last [#take].
    public int count() {
        return count;
    }

    /// The records added since the last time, of which there is at least one.
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

    private void write(JsonTape tape, int object, int eventHash) {
        int start = lines.length();
        int prev = -1;
        int first = canonical.sortedKeys(tape, object);
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
        prev = prev < 0 ? writeRelay() : prev;
        lines.array()[lines.length() - 1] = '}'; // In place of the last member's comma.
        int hashedEnd = lines.length();
        if (eventHash != NONE) {
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

    /// Prepares the relay's own member: records of one connection in one millisecond differ in the salt only.
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

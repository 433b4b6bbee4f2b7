package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds logs as a relay writes them, and as it never would.
final class TestLog {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> starts = new ArrayList<>();
    private Instant now = Instant.parse("2026-07-01T08:00:00Z");
    private Tip tip = Tip.EMPTY;
    private @Nullable LinkedHeartbeat last;

    TestLog records(int count) {
        for (int i = 0; i < count; i++) {
            record();
        }
        return this;
    }

    TestLog record() {
        return record("");
    }

    /// @param more further members, from `schema_version` to `session_id` in order, each with a comma in front
    TestLog record(String more) {
        String text = recordText(tip, tip.count() + 1, more);
        return recordLine(text, "");
    }

    /// Adds a line with this hashed text and moves the tip to it.
    TestLog recordLine(String hashedText, String eventHash) {
        Hash hash = hash(hashedText);
        tip = new Tip(hash, tip.count() + 1);
        return raw(stored(hashedText, eventHash, hash) + "\n");
    }

    static String stored(String hashedText, String eventHash, Hash hash) {
        return hashedText.substring(0, hashedText.length() - 1) + eventHash + ",\"_relay_hash\":\"" + hash + "\"}";
    }

    static String recordText(Tip after, long number, String more) {
        String previous = after.hash() == null ? "null" : "\"" + after.hash() + "\"";
        return "{\"_relay\":{\"received_at\":\"2026-07-01T08:00:00.000Z\",\"relay_prev_hash\":" + previous
                + "},\"action\":\"file_read\",\"agent\":\"custom\",\"id\":\"evt_" + number
                + "\",\"risk\":{\"level\":\"low\"}" + more
                + ",\"session_id\":\"ses\",\"timestamp\":\"2026-07-01T08:00Z\"}";
    }

    TestLog beat(HeartbeatKind kind) {
        return heartbeat(Heartbeat.after(last, kind, now, tip, 1, 30_000, ""));
    }

    TestLog repair(long offset, byte[] damage) {
        var range = new RepairedRange(offset, damage.length, Hash.of(damage, 0, damage.length));
        return heartbeat(Heartbeat.repairing(last, range, now, tip, 1, 30_000, ""));
    }

    TestLog note(HeartbeatNote... notes) {
        return heartbeat(Heartbeat.after(last, HeartbeatKind.NOTE, now, tip, 1, 30_000, "")
                .withNotes(List.of(notes)));
    }

    TestLog heartbeat(Heartbeat heartbeat) {
        HeartbeatLine line = HeartbeatLine.of(heartbeat);
        last = line.link();
        return raw(line.text() + "\n");
    }

    TestLog peersHeartbeat() {
        return raw("{\"type\":\"heartbeat\",\"timestamp\":\"2026-07-01T08:00:00.000Z\",\"relay_chain_tip\":null,"
                + "\"relay_event_count\":0,\"uptime_ms\":5}\n");
    }

    TestLog raw(String text) {
        starts.add(bytes.size());
        bytes.writeBytes(text.getBytes(UTF_8));
        return this;
    }

    TestLog pause(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    /// The chain goes on behind this tip.
    TestLog tip(Tip newTip) {
        tip = newTip;
        return this;
    }

    Tip tip() {
        return tip;
    }

    @Nullable
    LinkedHeartbeat last() {
        return last;
    }

    int size() {
        return bytes.size();
    }

    /// Where the `i`-th thing that was added begins.
    int start(int i) {
        return starts.get(i);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    static Hash hash(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        return Hash.of(utf8, 0, utf8.length);
    }

    /// The verdict on a log that comes in one piece.
    static LogVerdict verdict(byte[] log) {
        return verdict(log, LogListener.NONE);
    }

    static LogVerdict verdict(byte[] log, LogListener listener) {
        var verifier = new AuditVerifier(LogState.START, listener);
        verifier.accept(log, 0, log.length);
        return verifier.verdict();
    }
}

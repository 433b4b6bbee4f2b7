package dev.cairn.protocol.audit;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.json.JsonTape;

/// Turns events into finished stored lines with gaps (`specs/audit-relay.md` 2.2): checks the schema and the
/// event's own hash, and has [RecordLines] write the rest.
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

    private final EventSchema schema = new EventSchema();
    private final EventHash eventHashes = new EventHash();
    private final RecordLines lines;

    public RecordBatchWriter(SaltSource salts) {
        this.lines = new RecordLines(salts);
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
        boolean fits = lines.add(tape, payload, schema.eventHash(), stamp, receivedAtMillis);
        return fits ? ADDED : new Refused(Failure.TOO_LARGE);
    }

    /// Events added since the last [#take].
    public int count() {
        return lines.count();
    }

    /// The events added since the last time, of which there is at least one.
    public RecordBatch take() {
        return lines.take();
    }

    private boolean isTampered(JsonTape tape, int payload) {
        int eventHash = schema.eventHash();
        if (eventHash >= 0) {
            return !tape.textEquals(eventHash, "") && !eventHashes.agrees(tape, payload, eventHash);
        }
        return schema.hash() >= 0 && !eventHashes.agreesAsDocumented(tape, payload, schema.hash());
    }
}

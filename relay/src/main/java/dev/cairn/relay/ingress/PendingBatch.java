package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.RecordBatch;
import org.jspecify.annotations.Nullable;

/// One socket read's records on their way to the disk, as the connection's answers see them: nothing yet,
/// then an answer for each, or one refusal for all.
final class PendingBatch {

    private int records;
    private byte @Nullable [] answers;
    private byte @Nullable [] refusal;

    /// How many records were counted so far.
    int records() {
        return records;
    }

    /// Counts one more record; the new count.
    int nextRecord() {
        return ++records;
    }

    /// All records are durable: their answers may go out. The lines themselves are not kept.
    void stored(RecordBatch batch) {
        answers = batch.answers();
    }

    /// No record may be acknowledged; `answer` goes out for each.
    void refused(byte[] answer) {
        refusal = answer;
    }

    boolean isSettled() {
        return answers != null || refusal != null;
    }

    /// The answers back to back, [RecordBatch#ANSWER_LENGTH] bytes each, once stored.
    byte @Nullable [] answers() {
        return answers;
    }

    /// The answer that stands for each record's, once refused.
    byte @Nullable [] refusal() {
        return refusal;
    }
}

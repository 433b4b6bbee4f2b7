package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.json.ByteBuilder;
import org.jspecify.annotations.Nullable;

/// A connection's answers, in the order of its requests, as runs: some events of one batch, some finished
/// bytes, some equal state questions, an answer that comes later.
///
/// No clock, no thread, no I/O. What waits costs one small object per run, whatever the number of events in
/// it; a state answer is worded when its turn comes. Every run knows the request bytes it stands for, so that
/// the connection can be held back, and what it costs to keep, so that all connections together can be
/// bounded.
final class AnswerQueue {

    /// Words the answer to a state question from what is durable now.
    interface StateAnswers {
        void write(StateQuestion question, ByteBuilder out);
    }

    private static final int MERGED_MAX = 16 * 1024;
    private static final int RUN_COST = 64;

    private @Nullable Run first;
    private @Nullable Run last;
    private long waiting;
    private long kept;

    boolean isEmpty() {
        return first == null;
    }

    /// Bytes of the requests, and of finished answers, that wait here.
    long waitingBytes() {
        return waiting;
    }

    /// Bytes of memory that the answers take, or will take once they are known.
    long keptBytes() {
        return kept;
    }

    /// Forgets all answers: nobody is there to take them.
    void clear() {
        first = null;
        last = null;
        waiting = 0;
        kept = 0;
    }

    /// Whether the next answer is not known yet: the relay owes it.
    boolean isOwed() {
        return switch (first) {
            case Events events -> !events.batch.isSettled();
            case Later later -> later.answer.line() == null;
            case null, default -> false;
        };
    }

    /// The next event of `batch` in the order of its records.
    void event(PendingBatch batch, int requestBytes) {
        if (!(last instanceof Events events) || events.batch != batch) {
            append(new Events(batch));
        }
        ((Events) lastRun()).to = batch.nextRecord();
        account(requestBytes, RecordBatch.ANSWER_LENGTH);
    }

    /// An answer that is known now, its newline included.
    void finished(byte[] answer, int requestBytes) {
        if (!(last instanceof Finished run) || run.text.length() + answer.length > MERGED_MAX) {
            append(new Finished(answer.length));
        }
        ((Finished) lastRun()).text.put(answer);
        account(requestBytes + answer.length, answer.length);
    }

    /// An answer that somebody else will give; it keeps its place.
    PendingAnswer later(int requestBytes) {
        PendingAnswer answer = new PendingAnswer();
        append(new Later(answer));
        account(requestBytes, PendingAnswer.LENGTH_ABOUT);
        return answer;
    }

    void state(StateQuestion question, int requestBytes) {
        if (!(last instanceof State run) || run.question != question) {
            append(new State(question));
        }
        ((State) lastRun()).count++;
        account(requestBytes, 0);
    }

    /// Writes the answers whose turn has come, whole ones only, until `out` holds `lengthMax` bytes or a
    /// little more.
    void drainTo(ByteBuilder out, int lengthMax, StateAnswers answers) {
        while (first != null && out.length() < lengthMax && first.writeTo(out, lengthMax, answers)) {
            waiting -= first.waiting;
            kept -= first.kept;
            first = first.next;
        }
        if (first == null) {
            last = null;
        }
    }

    private void append(Run run) {
        if (last == null) {
            first = run;
        } else {
            last.next = run;
        }
        last = run;
        account(0, RUN_COST);
    }

    private void account(int moreWaiting, int moreKept) {
        Run run = lastRun();
        run.waiting += moreWaiting;
        run.kept += moreKept;
        waiting += moreWaiting;
        kept += moreKept;
    }

    private Run lastRun() {
        if (last == null) {
            throw new IllegalStateException("no run yet");
        }
        return last;
    }

    private abstract static sealed class Run {

        @Nullable
        Run next;

        long waiting;
        long kept;

        /// Writes what it can and says whether that was all of it.
        abstract boolean writeTo(ByteBuilder out, int lengthMax, StateAnswers answers);
    }

    private static final class Events extends Run {

        private final PendingBatch batch;
        private int from;
        private int to;

        Events(PendingBatch batch) {
            this.batch = batch;
            this.from = batch.records();
        }

        @Override
        boolean writeTo(ByteBuilder out, int lengthMax, StateAnswers answers) {
            byte[] stored = batch.answers();
            if (stored != null) {
                int room = (lengthMax - out.length()) / RecordBatch.ANSWER_LENGTH + 1;
                int end = Math.min(to, from + room);
                out.put(stored, from * RecordBatch.ANSWER_LENGTH, end * RecordBatch.ANSWER_LENGTH);
                from = end;
            }
            byte[] refusal = batch.refusal();
            while (refusal != null && from < to && out.length() < lengthMax) {
                out.put(refusal);
                from++;
            }
            return from == to;
        }
    }

    private static final class Finished extends Run {

        private final ByteBuilder text;

        Finished(int capacity) {
            text = new ByteBuilder(capacity);
        }

        @Override
        boolean writeTo(ByteBuilder out, int lengthMax, StateAnswers answers) {
            out.put(text.array(), 0, text.length());
            return true;
        }
    }

    private static final class Later extends Run {

        private final PendingAnswer answer;

        Later(PendingAnswer answer) {
            this.answer = answer;
        }

        @Override
        boolean writeTo(ByteBuilder out, int lengthMax, StateAnswers answers) {
            byte[] line = answer.line();
            if (line == null) {
                return false;
            }
            out.put(line);
            return true;
        }
    }

    private static final class State extends Run {

        private final StateQuestion question;
        private int count;

        State(StateQuestion question) {
            this.question = question;
        }

        @Override
        boolean writeTo(ByteBuilder out, int lengthMax, StateAnswers answers) {
            while (count > 0 && out.length() < lengthMax) {
                answers.write(question, out);
                count--;
            }
            return count == 0;
        }
    }
}

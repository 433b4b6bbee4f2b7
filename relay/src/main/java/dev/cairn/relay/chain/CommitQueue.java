package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Batches and beats that wait for the next commit, and who wants to know their fate.
final class CommitQueue {

    private record Waiting(RecordBatch batch, Promise<AppendReply> reply) {}

    private final Deque<Waiting> batches = new ArrayDeque<>();
    private final List<Promise<AppendReply>> beats = new ArrayList<>();
    private long bytes;

    Future<AppendReply> add(RecordBatch batch) {
        Promise<AppendReply> reply = Promise.promise();
        batches.add(new Waiting(batch, reply));
        bytes += batch.length();
        return reply.future();
    }

    /// Somebody waits for the heartbeat line that the next commit may hold, or for a note.
    Future<AppendReply> addBeat() {
        Promise<AppendReply> reply = Promise.promise();
        beats.add(reply);
        return reply.future();
    }

    boolean hasBatches() {
        return !batches.isEmpty();
    }

    /// Bytes of all lines that wait.
    long bytes() {
        return bytes;
    }

    /// Links batches into `draft` as long as it stays within `bytesMax`, at least one; what is to be answered
    /// once the draft's fate is known goes to `asked`, all beats among it: they are never made to wait for
    /// another commit.
    void takeInto(Draft draft, Chain chain, int bytesMax, Asked asked) {
        asked.addBeats(beats);
        beats.clear();
        Waiting next = batches.peek();
        for (int taken = 0;
                next != null && (taken == 0 || draft.length() + next.batch().length() <= bytesMax);
                taken++) {
            batches.remove();
            bytes -= next.batch().length();
            asked.addBatch(next.reply());
            chain.append(draft, next.batch());
            next = batches.peek();
        }
    }

    /// Answers everybody who waits, for there will be no commit.
    void answerAll(AppendReply reply) {
        beats.forEach(beat -> beat.complete(reply));
        beats.clear();
        batches.forEach(waiting -> waiting.reply().complete(reply));
        batches.clear();
        bytes = 0;
    }
}

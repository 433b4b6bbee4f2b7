package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/// Who waits for the fate of one commit.
final class Asked {

    private final List<Promise<AppendReply>> beats = new ArrayList<>();
    private final List<Promise<AppendReply>> batches = new ArrayList<>(); // In the draft's order.

    void addBeats(List<Promise<AppendReply>> more) {
        beats.addAll(more);
    }

    void addBatch(Promise<AppendReply> reply) {
        batches.add(reply);
    }

    void answerAll(AppendReply reply) {
        beats.forEach(waiting -> waiting.complete(reply));
        batches.forEach(waiting -> waiting.complete(reply));
    }

    /// Nothing may be acknowledged, though the first of the batches are in the chain, the last of them
    /// perhaps in part: who counts what was dropped must know.
    ///
    /// @param stored what of the batches got in, in their order
    void refuse(String reason, List<RecordBatch> stored) {
        AppendReply nothing = new NotAppended(reason);
        beats.forEach(waiting -> waiting.complete(nothing));
        for (int i = 0; i < batches.size(); i++) {
            batches.get(i)
                    .complete(
                            i < stored.size()
                                    ? new NotAppended(reason, stored.get(i).count())
                                    : nothing);
        }
    }
}

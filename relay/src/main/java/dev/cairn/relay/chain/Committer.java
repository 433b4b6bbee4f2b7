package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.ChainStatus.Gaps;
import dev.cairn.relay.chain.ChainStore.Outcome;
import dev.cairn.relay.chain.Draft.Part;
import dev.cairn.relay.chain.Draft.Records;
import dev.cairn.relay.chain.OffsetIndex.Position;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gathers a draft into one buffer, has it stored and keeps count of what is durable. The one thread that
/// owns the chain runs it.
final class Committer {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final Chain chain;
    private final ChainStore store;
    private final OffsetIndex index;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES); // Direct: the system writes from it.
    private int lastLine;
    private long lines;
    private @Nullable LinkedHeartbeat heard;
    private Gaps gaps = Gaps.NONE;

    /// @param lines that are in the store
    Committer(Chain chain, ChainStore store, OffsetIndex index, long lines) {
        this.chain = chain;
        this.store = store;
        this.index = index;
        this.lines = lines;
        this.heard = chain.heartbeat();
    }

    Chain chain() {
        return chain;
    }

    ChainStore store() {
        return store;
    }

    Draft draft(Moment now) {
        return chain.draft(store.size(), now);
    }

    /// Writes and syncs `draft`: one write, one sync.
    ///
    /// @throws ChainStore.UnknownFateException if nobody can say what of it is durable
    Commit commit(Draft draft) {
        gather(draft);
        Outcome outcome = store.append(buffer);
        Settled settled = chain.settle(draft, outcome, buffer);
        lines += newLines(draft, outcome);
        long at = settled.offset();
        long seq = settled.firstSeq();
        for (RecordBatch batch : settled.batches()) {
            long offset = at;
            index.add(seq, batch.count(), i -> offset + batch.start(i) - batch.start(0));
            at += batch.length();
            seq += batch.count();
        }
        settled.heartbeats().forEach(index::addHoleOf);
        settled.heartbeats().forEach(line -> hear(line.link()));
        index.endsAt(new Position(chain.tip().count(), store.size()));
        return new Commit(settled, outcome);
    }

    private void hear(LinkedHeartbeat heartbeat) {
        LogGap.between(heard, heartbeat.at()).ifPresent(gap -> gaps = gaps.with(gap));
        heard = heartbeat;
    }

    /// Silences before the heartbeats that it has stored.
    Gaps gaps() {
        return gaps;
    }

    /// The checkpoint behind the last commit, which got in whole.
    Checkpoint checkpoint() {
        byte[] last = new byte[lastLine];
        buffer.get(buffer.limit() - lastLine, last);
        LogState state = new LogState(store.size(), lines, chain.tip(), 0, 0, 0, 0, 0, chain.heartbeat());
        return Checkpoint.of(state, last);
    }

    private void gather(Draft draft) {
        if (buffer.capacity() < draft.length()) {
            buffer = ByteBuffer.allocateDirect(Math.max(draft.length(), 2 * buffer.capacity()));
        }
        buffer.clear();
        draft.putInto(buffer);
        buffer.flip();
        lastLine = lastLineLength(draft.parts().getLast());
    }

    private long newLines(Draft draft, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored _ -> draft.lines();
            case Outcome.Cut(long bytes, String _) -> {
                long newlines = 0;
                for (int i = 0; i < bytes; i++) {
                    newlines += buffer.get(i) == '\n' ? 1 : 0;
                }
                yield newlines;
            }
        };
    }

    private static int lastLineLength(Part part) {
        if (part instanceof Records(RecordBatch batch)) {
            int last = batch.count() - 1;
            return batch.end(last) - batch.start(last);
        }
        return part.length();
    }

    /// What became of a draft.
    record Commit(Settled settled, Outcome outcome) {

        boolean isWhole() {
            return outcome instanceof Outcome.Stored;
        }

        List<RecordBatch> batches() {
            return settled.batches();
        }

        long firstSeq() {
            return settled.firstSeq();
        }

        int records() {
            return batches().stream().mapToInt(RecordBatch::count).sum();
        }

        List<HeartbeatLine> heartbeats() {
            return settled.heartbeats();
        }
    }
}

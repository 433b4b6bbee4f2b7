package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.chain.Draft.Beat;
import dev.cairn.relay.chain.Draft.Newline;
import dev.cairn.relay.chain.Draft.Part;
import dev.cairn.relay.chain.Draft.Records;
import java.util.ArrayList;
import java.util.List;

/// What of a draft is durable: filled by [Chain#settle] while it walks the draft.
final class Settled {

    private final long firstSeq;
    private final List<RecordBatch> batches = new ArrayList<>();
    private final List<HeartbeatLine> heartbeats = new ArrayList<>();
    private long offset;

    Settled(long firstSeq) {
        this.firstSeq = firstSeq;
    }

    /// The sequence of the first record.
    long firstSeq() {
        return firstSeq;
    }

    /// Where the first record begins in the store; the others follow without holes.
    long offset() {
        return offset;
    }

    List<RecordBatch> batches() {
        return batches;
    }

    List<HeartbeatLine> heartbeats() {
        return heartbeats;
    }

    /// Counts the first `lines` lines of `part`, which begins at `at` in the store.
    void take(Part part, int lines, long at) {
        if (lines == 0) {
            return;
        }
        switch (part) {
            case Newline _ -> {}
            case Beat(HeartbeatLine line, byte[] _) -> heartbeats.add(line);
            case Records(RecordBatch batch) -> {
                if (batches.isEmpty()) {
                    offset = at;
                }
                batches.add(lines == batch.count() ? batch : batch.first(lines));
            }
        }
    }

    /// The tip once these records follow `before`.
    Tip tipBehind(Tip before) {
        if (batches.isEmpty()) {
            return before;
        }
        long count = before.count();
        for (RecordBatch batch : batches) {
            count += batch.count();
        }
        RecordBatch last = batches.getLast();
        return new Tip(last.hash(last.count() - 1), count);
    }
}

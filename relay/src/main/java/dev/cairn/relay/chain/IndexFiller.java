package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.RepairedRange;

/// Puts what a verifier passes into the index.
record IndexFiller(OffsetIndex index) implements LogListener {

    @Override
    public void record(long seq, long offset, int length) {
        if (OffsetIndex.hasEntry(seq)) {
            index.add(seq, offset);
        }
    }

    @Override
    public void repaired(RepairedRange range, long records) {
        index.add(range);
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.SignedReceipt;

/// How far the store has come, as far as that is durable. The single writer owns it.
final class StoreCounts {

    private final String rootId;
    private long rootTip;
    private long receipts;

    StoreCounts(String rootId, long rootTip, long receipts) {
        this.rootId = rootId;
        this.rootTip = rootTip;
        this.receipts = receipts;
    }

    void stored(SignedReceipt receipt) {
        receipts++;
        if (receipt.chainId().equals(rootId)) {
            rootTip = receipt.sequence();
        }
    }

    /// Sequence of the root chain's newest receipt.
    long rootTip() {
        return rootTip;
    }

    /// Receipts in all chains.
    long receipts() {
        return receipts;
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.SignedReceipt;
import org.jspecify.annotations.Nullable;

/// How far the store has come, as far as that is durable. The single writer owns it.
final class StoreCounts {

    private final String rootId;
    private long rootTip;
    private @Nullable String tipHash;
    private long receipts;

    StoreCounts(String rootId, long rootTip, @Nullable String tipHash, long receipts) {
        this.rootId = rootId;
        this.rootTip = rootTip;
        this.tipHash = tipHash;
        this.receipts = receipts;
    }

    void stored(SignedReceipt receipt) {
        receipts++;
        if (receipt.chainId().equals(rootId)) {
            rootTip = receipt.sequence();
            tipHash = receipt.receipt().hash();
        }
    }

    /// Sequence of the root chain's newest receipt.
    long rootTip() {
        return rootTip;
    }

    /// Its hash; `null` while there is none.
    @Nullable
    String tipHash() {
        return tipHash;
    }

    /// Receipts in all chains.
    long receipts() {
        return receipts;
    }
}

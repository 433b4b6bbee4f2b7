package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;

/// Where a chain of receipts ended when its store was sealed (`specs/receipts.md` 6.7).
///
/// @param sequence of its newest receipt, from 1 to [SealPayload#COUNT_MAX]
/// @param hash of that receipt
public record ChainHead(String chainId, long sequence, Hash hash) {

    /// @throws IllegalArgumentException if there can be no such receipt
    public ChainHead {
        if (sequence < 1 || sequence > SealPayload.COUNT_MAX) {
            throw new IllegalArgumentException("sequence " + sequence);
        }
    }
}

package dev.cairn.protocol.receipt.verify;

import org.jspecify.annotations.Nullable;

/// A receipt's place in its chain, as the receipt itself says.
///
/// @param previousHash null if it says that it is the first
/// @param status how the chain ended, by a receipt that says so; whether that is a legal word is another question
public record ReceiptLink(
        String chainId,
        long sequence,
        @Nullable String previousHash,
        boolean isTerminal,
        @Nullable String status) {

    static final String COMPLETE = "complete";
    static final String INTERRUPTED = "interrupted";

    /// Whether a status is absent, or one of the two words in a receipt that ends its chain.
    boolean hasLegalStatus() {
        return status == null || (isTerminal && (status.equals(COMPLETE) || status.equals(INTERRUPTED)));
    }
}

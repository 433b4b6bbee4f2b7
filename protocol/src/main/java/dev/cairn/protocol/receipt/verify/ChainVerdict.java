package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import org.jspecify.annotations.Nullable;

/// What the check of one chain found.
///
/// @param faults how many receipts are wrong
/// @param firstFault the first of them, null if there is none
/// @param head the hash of the last receipt that could be read, null if there is none
/// @param lastKey which would have to sign the next receipt
public record ChainVerdict(
        long length,
        long faults,
        @Nullable ReceiptFault firstFault,
        @Nullable String head,
        ChainEnd end,
        Ed25519PublicKey lastKey,
        ChainNotes notes) {

    /// Whether there is a receipt and nothing is wrong with any of them.
    public boolean isValid() {
        return length > 0 && faults == 0;
    }
}

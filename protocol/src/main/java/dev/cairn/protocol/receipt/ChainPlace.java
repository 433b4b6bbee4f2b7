package dev.cairn.protocol.receipt;

import org.jspecify.annotations.Nullable;

/// A receipt's place in its chain, which the single writer assigns.
///
/// @param sequence from 1
/// @param previousHash of the receipt before; `null` on the first
/// @param delegation of the first receipt of a sub-agent's chain, when its root chain is not empty
public record ChainPlace(
        String chainId,
        long sequence,
        @Nullable String previousHash,
        @Nullable Delegation delegation) {

    private static final long SEQUENCE_MAX = 1L << 53; // Beyond, a double cannot tell a number from the next.

    public ChainPlace {
        if (sequence < 1 || sequence >= SEQUENCE_MAX || (sequence == 1) != (previousHash == null)) {
            throw new IllegalArgumentException("no place: sequence " + sequence + " behind " + previousHash);
        }
        if (delegation != null && sequence > 1) {
            throw new IllegalArgumentException("a chain is delegated with its first receipt, not with " + sequence);
        }
    }
}

package dev.cairn.protocol.receipt.verify;

import org.jspecify.annotations.Nullable;

/// What is remarkable about a chain and breaks nothing (`specs/receipts.md` 3.12).
///
/// @param unmodelled how many receipts the peer's own verifier would not accept
/// @param firstUnmodelled the first of them and why, null if there is none
/// @param repeatedKeys how many receipts repeat the idempotency key of an earlier one, as far as that was remembered
/// @param endsPending whether the last receipt is of a call whose end is not recorded
/// @param terminalsOpened how often a terminal session began
/// @param terminalsClosed how often one ended
public record ChainNotes(
        long unmodelled,
        @Nullable String firstUnmodelled,
        long repeatedKeys,
        boolean endsPending,
        long terminalsOpened,
        long terminalsClosed) {}

package dev.cairn.protocol.receipt;

/// Where a sub-agent's chain hangs: the newest receipt of its root chain, and who passed the work on
/// (`specs/receipts.md` 3.8).
public record Delegation(String parentChainId, String parentReceiptId, String delegatorId) {}

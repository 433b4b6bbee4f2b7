package dev.cairn.relay.receipts;

/// Where a chain ends: what the next receipt must know of the newest.
///
/// @param isTerminal nothing may follow it
record ChainTip(long sequence, String hash, String receiptId, boolean isTerminal) {}

package dev.cairn.protocol.receipt.verify;

/// A text that no verifier can take for a receipt.
///
/// @param problem why, as the end of a sentence that begins with "the receipt"
public record UnreadableReceipt(String problem) implements ReceiptReading {}

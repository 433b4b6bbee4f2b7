package dev.cairn.protocol.receipt.verify;

/// What a stored text turned out to be.
public sealed interface ReceiptReading permits ReadReceipt, UnreadableReceipt {}

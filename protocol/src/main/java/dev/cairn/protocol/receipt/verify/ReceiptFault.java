package dev.cairn.protocol.receipt.verify;

/// Where a chain does not hold.
///
/// @param index of the receipt in its chain, from 0
/// @param id the receipt's own; empty if it cannot be read
/// @param cause what is wrong, for people
public record ReceiptFault(long index, String id, FaultKind kind, String cause) {}

package dev.cairn.protocol.receipt;

/// Gives the ids of receipts and actions.
public interface UuidSource {

    /// A UUID of version 4 in lower-case text that no earlier call gave.
    String next();
}

package dev.cairn.protocol.receipt.verify;

/// What is wrong with one receipt of a chain; of several things the first.
public enum FaultKind {
    UNREADABLE,
    ILLEGAL_STATUS,
    BAD_SIGNATURE,
    BAD_HASH_LINK,
    BAD_SEQUENCE,
    BAD_CHAIN_ID,
    AFTER_TERMINAL,
    BAD_ROTATION,
    /// The store's columns say other things than the receipt.
    BAD_COLUMNS;

    /// As it is shown, for instance `BAD HASH LINK`.
    public String words() {
        return name().replace('_', ' ');
    }
}

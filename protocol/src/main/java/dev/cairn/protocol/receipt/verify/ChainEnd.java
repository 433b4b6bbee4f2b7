package dev.cairn.protocol.receipt.verify;

/// How a chain ends, by its last receipt.
public enum ChainEnd {
    COMPLETE,
    INTERRUPTED,
    /// It may go on, or its writer was killed, or its end was taken away: the chain alone cannot tell.
    UNKNOWN
}

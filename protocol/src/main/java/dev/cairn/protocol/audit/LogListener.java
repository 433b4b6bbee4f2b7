package dev.cairn.protocol.audit;

/// Hears what a verifier passes in a log, in order.
public interface LogListener {

    /// Hears nothing.
    LogListener NONE = new LogListener() {};

    /// A record: one that verifies and links, or one whose fault was told before.
    ///
    /// @param seq its place in the chain, from 1
    /// @param offset where its line begins in the file
    /// @param length of the line, its newline included
    default void record(long seq, long offset, int length) {}

    /// The number of the next record whose hash the listener wants to be told with [#reached]; asked before
    /// the first record and again each time one was told. Numbers that the log has passed already never come.
    default long awaited() {
        return Long.MAX_VALUE;
    }

    /// The awaited record was passed.
    ///
    /// @param tip the record's hash and its number
    /// @param end where its line ends in the file
    default void reached(Tip tip, long end) {}

    /// A linked heartbeat, likewise.
    default void heartbeat(Heartbeat heartbeat, long offset) {}

    /// Bytes that were left out because the heartbeat that is told next names them.
    ///
    /// @param records whole ones among them, which follow one another
    default void repaired(RepairedRange range, long records) {}

    default void gap(LogGap gap) {}

    /// A fault; it may still be accepted by a note further on.
    default void fault(Fault fault) {}
}

package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Fault;

/// Hears of the seals that a [SealLog] has read, in the order of the file, each when the log came to its record.
///
/// What is no seal, or covers fewer records than one before it, is only told as a fault of the report.
public interface SealListener {

    /// Hears nothing.
    SealListener NONE = (_, _, _) -> {};

    /// @param line number of the seal's line in the file, from 1
    void seal(Seal seal, long line, SealStanding standing);

    /// The log itself has a fault: seals that are told from now on are of records behind it.
    default void logFault(Fault fault) {}
}

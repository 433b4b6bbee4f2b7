package dev.cairn.protocol.audit;

import org.jspecify.annotations.Nullable;

/// How far a log is verified, and all that is needed to go on from there; what a checkpoint keeps.
///
/// @param offset where the next line begins
/// @param lines lines before it
/// @param tip the chain's; its count is the number of records
/// @param heartbeats linked ones
/// @param unprotected heartbeats without a link, as the peer writes them: whoever can write the log can forge or
///     delete them
/// @param repairs byte ranges left out because a repair names them
/// @param gaps silences where a heartbeat was due
/// @param accepted faults that a note accepts
/// @param last the last linked heartbeat
public record LogState(
        long offset,
        long lines,
        Tip tip,
        long heartbeats,
        long unprotected,
        long repairs,
        long gaps,
        long accepted,
        @Nullable LinkedHeartbeat last) {

    /// The beginning of a log.
    public static final LogState START = new LogState(0, 0, Tip.EMPTY, 0, 0, 0, 0, 0, null);

    /// Where a chain stands of which nothing else is known.
    public static LogState at(long offset, Tip tip, @Nullable LinkedHeartbeat last) {
        return new LogState(offset, 0, tip, last == null ? 0 : last.seq(), 0, 0, 0, 0, last);
    }
}

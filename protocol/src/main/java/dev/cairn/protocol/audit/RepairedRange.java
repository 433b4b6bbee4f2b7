package dev.cairn.protocol.audit;

/// Bytes of a log that no reader is to take for a line: what a crash or a failed write left behind
/// (`specs/audit-relay.md` 4.3).
///
/// @param offset where they begin in the file
/// @param sha256 of the bytes themselves
public record RepairedRange(long offset, long bytes, Hash sha256) {

    public RepairedRange {
        if (offset < 0 || bytes < 1) {
            throw new IllegalArgumentException("a repaired range of " + bytes + " bytes at " + offset);
        }
    }
}

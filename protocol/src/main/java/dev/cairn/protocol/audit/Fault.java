package dev.cairn.protocol.audit;

/// Where a log is not what it claims to be, and what was expected there.
///
/// @param line number of the line, from 1
/// @param offset where the line begins in the file
/// @param recordsBefore how many records the lines before it hold
/// @param expected in a hash or link the value that was computed; otherwise a phrase
/// @param found what stands there; never a part of an event's content
public record Fault(FaultKind kind, long line, long offset, long recordsBefore, String expected, String found) {

    /// The note that accepts this fault (`specs/audit-relay.md` 4.3).
    public HeartbeatNote.DamageAccepted accepted() {
        return new HeartbeatNote.DamageAccepted(line, offset, expected, found);
    }

    boolean isAcceptedBy(HeartbeatNote note) {
        return accepted().equals(note);
    }
}

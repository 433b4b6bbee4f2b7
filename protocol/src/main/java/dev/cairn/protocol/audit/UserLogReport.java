package dev.cairn.protocol.audit;

import org.jspecify.annotations.Nullable;

/// What the check of a user's own log found (`specs/audit-relay.md` 3.5).
///
/// @param form which of the two hash rules the log follows
/// @param totalEvents lines that are JSON
/// @param legacyEvents events without a hash
/// @param mixedFormEvents events that follow the other rule than the log's first chained event
/// @param unreadableLines lines that are no JSON, or too long to be read; each is a failure
/// @param chainAnchorHash the first chained event's `prev_hash`: `null` where the log begins with its chain,
///     otherwise the continuation of an older log; meaningful if there are chained events
/// @param tipHash the last chained event's hash, as it stands there; `null` where there is none
/// @param legacyOnly there are events, and none of them has a hash
/// @param firstFailure `null` if the log is valid
public record UserLogReport(
        Form form,
        long totalEvents,
        long chainedEvents,
        long legacyEvents,
        long invalidSchemaEvents,
        long hashMismatches,
        long prevLinkMismatches,
        long mixedFormEvents,
        long unreadableLines,
        @Nullable String chainAnchorHash,
        @Nullable String tipHash,
        boolean legacyOnly,
        @Nullable Failure firstFailure) {

    /// Which member holds an event's hash, and what it covers.
    public enum Form {
        /// No event has a hash.
        NONE,
        /// `event_hash` over everything else, `prev_hash` included.
        EVENT_HASH,
        /// `hash` over everything else but `prev_hash`, as the public documentation has it.
        DOCUMENTED
    }

    public enum FailureKind {
        UNREADABLE,
        SCHEMA,
        UNPROTECTED,
        HASH_MISMATCH,
        PREV_LINK_MISMATCH,
        MIXED_FORM
    }

    /// @param index of the event, from 0; of an unreadable line, how many events came before it
    public record Failure(long index, FailureKind kind, String expected, String found) {}

    public boolean isValid() {
        return firstFailure == null;
    }
}

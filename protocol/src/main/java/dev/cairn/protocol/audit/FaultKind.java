package dev.cairn.protocol.audit;

/// What is wrong with a line of a log (`specs/audit-relay.md` 3.6).
public enum FaultKind {
    /// The line is no JSON object, or nested too deep to be one of ours.
    UNREADABLE,
    /// The line is longer than any that a relay writes.
    TOO_LONG,
    /// Neither a record nor a heartbeat: the members that make it one are missing or of another type.
    NOT_A_RECORD,
    /// A line that is a heartbeat to some readers and a record to others, so that it can hide.
    DISGUISED,
    /// The record's content is not what its `_relay_hash` was computed over.
    RECORD_HASH,
    /// The content that came from the client is not what its `event_hash` was computed over.
    EVENT_HASH,
    /// The record does not follow the one before it.
    LINK,
    /// The record claims to be the first of a chain, and is not.
    SECOND_GENESIS,
    /// A linked heartbeat lacks a member, or has it in another type.
    HEARTBEAT_FORM,
    /// The heartbeat's content is not what its `_heartbeat_hash` was computed over.
    HEARTBEAT_HASH,
    /// The heartbeat does not follow the linked one before it.
    HEARTBEAT_LINK,
    /// The heartbeat was written at another place of the chain.
    HEARTBEAT_TIP,
    /// A repair names bytes that are not the damaged ones before it.
    REPAIR
}

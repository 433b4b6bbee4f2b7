package dev.cairn.relay.bus;

/// Why an event is in no chain (`specs/audit-relay.md` 4.2); the wire name is the lower-case name.
public enum DropReason {
    /// Refused by the envelope or the event's schema.
    INVALID,
    /// A line over the limit.
    OVERSIZE,
    /// An unterminated last line.
    FRAGMENT,
    /// Refused for a limit; connections too.
    SHED,
    /// Not written.
    STORE
}

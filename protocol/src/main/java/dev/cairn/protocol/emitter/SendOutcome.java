package dev.cairn.protocol.emitter;

/// What became of an event that was sent.
public sealed interface SendOutcome {

    /// It is durable; `relayHash` is its record's hash.
    record Stored(String relayHash) implements SendOutcome {}

    /// The relay does not take it; sending it again is useless unless the reason says otherwise.
    record Refused(String error) implements SendOutcome {}

    /// It was written, but no answer that can be read came in time. The relay stores what it has received, so
    /// it may well be there.
    record Unanswered() implements SendOutcome {}

    /// It never reached the relay.
    record Failed(String error) implements SendOutcome {}

    /// No relay is installed here: its socket does not exist.
    record NoRelay() implements SendOutcome {}
}

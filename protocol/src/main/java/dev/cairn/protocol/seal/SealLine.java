package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;

/// A line of a seals file, understood or not.
public sealed interface SealLine {

    /// A seal, and the SHA-256 of its line's canonical text, which the next one names.
    record Read(Seal seal, Hash hash) implements SealLine {}

    /// No JSON object that we would read.
    record Unreadable(String reason) implements SealLine {}

    /// An object whose `member` is missing or has not its shape.
    record Malformed(String member) implements SealLine {}
}

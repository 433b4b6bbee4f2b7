package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;

/// A line of a seals file, understood or not.
public sealed interface SealLine {

    /// A seal, and the SHA-256 of its line's canonical text, which the next one names.
    record Read(Seal seal, Hash hash) implements SealLine {}

    /// No JSON object that we would read.
    ///
    /// @param isCutOff whether a crash leaves such a line of a seal; else it was changed, or was never one
    record Unreadable(String reason, boolean isCutOff) implements SealLine {}

    /// An object whose `member` is missing or has not its shape.
    record Malformed(String member) implements SealLine {}
}

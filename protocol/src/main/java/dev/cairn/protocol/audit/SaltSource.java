package dev.cairn.protocol.audit;

/// Gives the salt of records and heartbeats: a published hash of a line must not let anyone guess an event
/// that has few possible forms (`specs/audit-relay.md` 2.2).
public interface SaltSource {

    /// Characters of a salt: 16 bytes in base64url without padding.
    int TEXT_LENGTH = 22;

    /// Writes the next salt to `target[at, at + TEXT_LENGTH)`.
    void next(byte[] target, int at);
}

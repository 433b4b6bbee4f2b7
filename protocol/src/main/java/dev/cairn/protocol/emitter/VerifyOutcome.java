package dev.cairn.protocol.emitter;

/// What a signature is worth. `source` is `local` or `relay`: whose key told.
public sealed interface VerifyOutcome {

    /// The signature is good.
    record Verified(String source) implements VerifyOutcome {}

    /// The signature is not that of this text by that key.
    record Mismatch(String source) implements VerifyOutcome {}

    /// Neither the user's keyring nor a relay knows the key, or the relay did not answer: `no_key_available`.
    record NoKeyAvailable() implements VerifyOutcome {}
}

package dev.cairn.protocol.seal;

/// What a client wants signed (`specs/audit-relay.md` 5.3).
public sealed interface SignableContent {

    /// A commit attestation as JSON.
    record Attestation() implements SignableContent {}

    /// An in-toto statement about an agent's session, in DSSE pre-authentication encoding.
    record Statement() implements SignableContent {}

    /// The payload of a seal, which may be signed only if it is true (`specs/audit-relay.md` 13): for the
    /// relay to decide, as it knows its chain.
    record OfSeal(SealPayload payload) implements SignableContent {}

    /// Anything else.
    record Refused() implements SignableContent {}
}

package dev.cairn.relay.witness;

/// Whose seals must not contradict each other (`specs/audit-relay.md` 6.4): those of one key, under one token.
///
/// @param token the name of the token that they came with, empty where none is asked for
/// @param keyId the sealing key's, empty where the seal names none
record Lineage(String token, String keyId) {

    /// The witness cannot check a seal, so without tokens anybody could write here in another one's name.
    boolean isOwned() {
        return !token.isEmpty();
    }
}

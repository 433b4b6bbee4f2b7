package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import org.jspecify.annotations.Nullable;

/// A change of signing keys, recorded in a receipt that the old key signs (`specs/receipts.md` 6.5).
public record RecordedRotation(
        String eventType,
        String newPublicKey,
        String oldKeyFingerprint,
        String newKeyFingerprint,
        String oldAlgorithm,
        String newAlgorithm,
        String signedWith) {

    private static final String EVENT_TYPE = "key_rotated";
    private static final String ALGORITHM = "ed25519";
    private static final String OLD = "old";

    /// Why this does not hand the chain over from `active` to another key; null if it does.
    public @Nullable String problemUnder(Ed25519PublicKey active) {
        if (!eventType.equals(EVENT_TYPE) || !signedWith.equals(OLD)) {
            return "keyRotation is not " + EVENT_TYPE + " signed with the old key";
        }
        if (!oldAlgorithm.equals(ALGORITHM) || !newAlgorithm.equals(ALGORITHM)) {
            return "keyRotation is between other algorithms than " + ALGORITHM;
        }
        if (!oldKeyFingerprint.equals(KeyRotation.fingerprint(active))) {
            return "keyRotation names another old key than the one that signs here";
        }
        try {
            return newKeyFingerprint.equals(KeyRotation.fingerprint(newKey()))
                    ? null
                    : "the fingerprint of the new key is not that of the key in new_public_key";
        } catch (IllegalArgumentException e) {
            return "new_public_key: " + e.getMessage();
        }
    }

    /// The key that signs from the next receipt on.
    ///
    /// @throws IllegalArgumentException if the receipt holds none
    public Ed25519PublicKey newKey() {
        return Ed25519PublicKey.read(newPublicKey);
    }
}

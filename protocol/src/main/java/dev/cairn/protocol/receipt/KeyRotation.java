package dev.cairn.protocol.receipt;

import dev.cairn.protocol.crypto.Ed25519PublicKey;

/// One signing key takes over from another (`specs/receipts.md` 6.5).
public record KeyRotation(Ed25519PublicKey oldKey, Ed25519PublicKey newKey) {

    /// The hash that names a key.
    public static String fingerprint(Ed25519PublicKey key) {
        byte[] raw = key.toBytes();
        return Sha256Text.of(raw, 0, raw.length);
    }
}

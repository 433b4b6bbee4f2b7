package dev.cairn.protocol.receipt.key;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A public key's short name (`specs/receipts.md` 6.6): `sha256:` and 64 hex digits over its 32 raw bytes.
public record KeyFingerprint(String text) {

    private static final String PREFIX = "sha256:";
    private static final int ARCHIVE_DIGITS = 16;

    public static KeyFingerprint of(Ed25519PublicKey key) {
        return ofRaw(key.toBytes());
    }

    /// That of any raw public key.
    public static KeyFingerprint ofRaw(byte[] key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return new KeyFingerprint(PREFIX + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java has it.
        }
    }

    /// The last 16 digits, by which an archived key's file is named (6.5).
    String archiveDigits() {
        return text.substring(text.length() - ARCHIVE_DIGITS);
    }

    @Override
    public String toString() {
        return text;
    }
}

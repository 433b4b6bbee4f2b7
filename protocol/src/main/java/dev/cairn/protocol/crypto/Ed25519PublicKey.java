package dev.cairn.protocol.crypto;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// What a witness's signatures are checked with (`specs/audit-relay.md` 6.4). It exists only if its point has
/// the order that RFC 8032 means: with a key of small order, signatures hold for texts that nobody signed.
public final class Ed25519PublicKey {

    /// Bytes of a raw key.
    public static final int LENGTH = Ed25519.PUBLIC_KEY_SIZE;

    private final byte[] raw;
    private final Ed25519.PublicPoint point;

    private Ed25519PublicKey(byte[] raw, Ed25519.PublicPoint point) {
        this.raw = raw;
        this.point = point;
    }

    /// The key of these 32 raw bytes.
    ///
    /// @throws IllegalArgumentException if they are no point of that order on the curve
    public static Ed25519PublicKey of(byte[] raw) {
        if (raw.length != LENGTH) {
            throw new IllegalArgumentException("expected a key of " + LENGTH + " bytes, got " + raw.length);
        }
        byte[] own = raw.clone();
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyFullExport(own, 0);
        if (point == null) {
            throw new IllegalArgumentException("not an Ed25519 public key, or one of small or mixed order");
        }
        return new Ed25519PublicKey(own, point);
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException if `text` is none, or not of a key
    public static Ed25519PublicKey read(String text) {
        return of(Multibase.decode(text, LENGTH));
    }

    /// Whether the owner of this key signed `message`. A signature of a wrong length is a wrong signature.
    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == Ed25519Signature.LENGTH
                && Ed25519.verify(signature, 0, point, message, 0, message.length);
    }

    public boolean verifies(byte[] message, Ed25519Signature signature) {
        return verifies(message, signature.toBytes());
    }

    public byte[] toBytes() {
        return raw.clone();
    }

    /// `u` and base64url of the raw key.
    public String text() {
        return Multibase.encode(raw);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519PublicKey key && Arrays.equals(raw, key.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return text();
    }
}

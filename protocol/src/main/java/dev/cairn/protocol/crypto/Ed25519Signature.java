package dev.cairn.protocol.crypto;

/// A signature in its text form: `u` and base64url of 64 bytes. Whether it holds is another question
/// ([Ed25519PublicKey#verifies]).
public record Ed25519Signature(String text) {

    /// Bytes of a raw signature.
    public static final int LENGTH = 64;

    /// @throws IllegalArgumentException if `text` has another form
    public Ed25519Signature {
        Multibase.decode(text, LENGTH);
    }

    /// The signature of these 64 raw bytes.
    public static Ed25519Signature of(byte[] raw) {
        return new Ed25519Signature(Multibase.encode(raw));
    }

    public byte[] toBytes() {
        return Multibase.decode(text, LENGTH);
    }

    @Override
    public String toString() {
        return text;
    }
}

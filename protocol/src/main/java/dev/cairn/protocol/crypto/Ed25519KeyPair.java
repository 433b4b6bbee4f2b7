package dev.cairn.protocol.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A signer's key: a secret seed and the public key that follows from it (RFC 8032 5.1.5). Shows the public half only.
public final class Ed25519KeyPair {

    /// Bytes of a seed.
    public static final int SEED_LENGTH = Ed25519.SECRET_KEY_SIZE;

    private final byte[] seed;
    private final byte[] rawPublicKey = new byte[Ed25519PublicKey.LENGTH];
    private final Ed25519PublicKey publicKey;

    private Ed25519KeyPair(byte[] seed) {
        this.seed = seed;
        Ed25519.generatePublicKey(seed, 0, rawPublicKey, 0);
        publicKey = Ed25519PublicKey.of(rawPublicKey);
    }

    /// The key pair of this 32-byte seed, which is copied.
    public static Ed25519KeyPair fromSeed(byte[] seed) {
        if (seed.length != SEED_LENGTH) {
            throw new IllegalArgumentException("expected a seed of " + SEED_LENGTH + " bytes, got " + seed.length);
        }
        return new Ed25519KeyPair(seed.clone());
    }

    /// A new key pair.
    public static Ed25519KeyPair generate(SecureRandom random) {
        byte[] seed = new byte[SEED_LENGTH];
        random.nextBytes(seed);
        return new Ed25519KeyPair(seed);
    }

    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    public Ed25519Signature sign(byte[] message) {
        return Ed25519Signature.of(signRaw(message));
    }

    /// The signature as its 64 bytes.
    public byte[] signRaw(byte[] message) {
        byte[] signature = new byte[Ed25519Signature.LENGTH];
        Ed25519.sign(seed, 0, rawPublicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /// A copy of the secret, for whoever keeps or passes on the key; to be overwritten when it is done with.
    public byte[] copySeed() {
        return seed.clone();
    }

    /// Overwrites the secret. What is signed afterwards is worthless.
    public void erase() {
        Arrays.fill(seed, (byte) 0);
    }

    @Override
    public String toString() {
        return "key pair of " + publicKey;
    }
}

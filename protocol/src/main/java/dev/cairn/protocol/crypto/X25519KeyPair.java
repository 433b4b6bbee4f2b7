package dev.cairn.protocol.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// A recipient's key: what is sealed to the public half is opened with the secret (RFC 7748). Shows the public half
/// only.
public final class X25519KeyPair {

    /// Bytes of a raw key, secret or public.
    public static final int LENGTH = X25519.SCALAR_SIZE;

    private final byte[] secret;
    private final byte[] publicKey = new byte[X25519.POINT_SIZE];

    private X25519KeyPair(byte[] secret) {
        this.secret = secret;
        X25519.generatePublicKey(secret, 0, publicKey, 0);
    }

    /// The key pair of these 32 secret bytes, which are copied.
    public static X25519KeyPair of(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("expected a key of " + LENGTH + " bytes, got " + secret.length);
        }
        return new X25519KeyPair(secret.clone());
    }

    /// A new key pair.
    public static X25519KeyPair generate(SecureRandom random) {
        byte[] secret = new byte[LENGTH];
        random.nextBytes(secret);
        return new X25519KeyPair(secret);
    }

    /// The public half, raw.
    public byte[] publicBytes() {
        return publicKey.clone();
    }

    /// A copy of the secret half, raw; to be overwritten when it is done with.
    public byte[] copySecret() {
        return secret.clone();
    }

    /// Overwrites the secret.
    public void erase() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "X25519 key pair";
    }
}

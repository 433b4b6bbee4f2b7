package dev.cairn.protocol.crypto;

import java.util.function.Supplier;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/// Encrypts texts to a public key, one message each (RFC 9180, base mode): DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256, AES-256-GCM, nothing else bound.
///
/// Immutable; safe to share.
public final class X25519Hpke {

    /// Bytes of a raw key, public or private.
    public static final int KEY_LENGTH = 32;

    private static final byte[] NOTHING = {};

    private final AsymmetricKeyParameter recipient;
    private final Supplier<AsymmetricCipherKeyPair> ephemerals;

    /// A message and what its recipient needs to open it.
    @SuppressWarnings("ArrayRecordComponent") // Made once, written out once; never compared.
    public record Sealed(byte[] encapsulated, byte[] ciphertext) {}

    private X25519Hpke(AsymmetricKeyParameter recipient, Supplier<AsymmetricCipherKeyPair> ephemerals) {
        this.recipient = recipient;
        this.ephemerals = ephemerals;
    }

    /// Encrypts to a raw public key.
    ///
    /// @throws IllegalArgumentException if nothing can be encrypted to it: a wrong length, or a point of small
    /// order
    public static X25519Hpke to(byte[] publicKey) {
        X25519Hpke hpke = new X25519Hpke(readPublicKey(publicKey), () -> suite().generatePrivateKey());
        try {
            hpke.seal(NOTHING);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException("an X25519 public key of small order", e);
        }
        return hpke;
    }

    /// The same with ephemeral keys that follow from a seed; for known answers, and for nothing else.
    public static X25519Hpke deterministic(byte[] publicKey, byte[] seed) {
        byte[] own = seed.clone();
        return new X25519Hpke(readPublicKey(publicKey), () -> suite().deriveKeyPair(own));
    }

    public Sealed seal(byte[] text) {
        HPKEContextWithEncapsulation context = suite().setupBaseS(recipient, NOTHING, ephemerals.get());
        try {
            return new Sealed(context.getEncapsulation(), context.seal(NOTHING, text));
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException(e); // Only opening can meet one.
        }
    }

    /// Opens a message with the raw private key of its recipient.
    ///
    /// @throws IllegalArgumentException if it was sealed for another key, or is not as it was
    public static byte[] open(byte[] privateKey, Sealed sealed) {
        if (privateKey.length != KEY_LENGTH) {
            throw new IllegalArgumentException("expected a key of " + KEY_LENGTH + " bytes, got " + privateKey.length);
        }
        var key = new X25519PrivateKeyParameters(privateKey);
        var pair = new AsymmetricCipherKeyPair(key.generatePublicKey(), key);
        try {
            return suite().setupBaseR(sealed.encapsulated(), pair, NOTHING).open(NOTHING, sealed.ciphertext());
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException e) {
            throw new IllegalArgumentException("sealed for another key, or damaged", e);
        }
    }

    private static AsymmetricKeyParameter readPublicKey(byte[] raw) {
        if (raw.length != KEY_LENGTH) {
            throw new IllegalArgumentException("expected a key of " + KEY_LENGTH + " bytes, got " + raw.length);
        }
        return suite().deserializePublicKey(raw);
    }

    /// Not shared: the library does not say that it could be.
    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }
}

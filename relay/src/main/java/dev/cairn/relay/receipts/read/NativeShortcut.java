package dev.cairn.relay.receipts.read;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.verify.SignatureShortcut;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Checks signatures with Amazon's native library, about twice as fast as Bouncy Castle; where it loads. One thread at
/// a time.
final class NativeShortcut implements SignatureShortcut {

    private static final String ALGORITHM = "Ed25519";
    private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Ed25519PublicKey key;
    private final PublicKey nativeKey;
    private final Signature check;

    private NativeShortcut(Ed25519PublicKey key, PublicKey nativeKey, Signature check) {
        this.key = key;
        this.nativeKey = nativeKey;
        this.check = check;
    }

    /// The library, unpacked and loaded: a quarter of a second.
    static Optional<Provider> load() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
        } catch (LinkageError | RuntimeException _) {
            return Optional.empty(); // Another platform, no room to unpack it, or it is left out.
        }
    }

    static Optional<SignatureShortcut> of(Provider provider, Ed25519PublicKey key) {
        byte[] spki = Arrays.copyOf(SPKI, SPKI.length + Ed25519PublicKey.LENGTH);
        System.arraycopy(key.toBytes(), 0, spki, SPKI.length, Ed25519PublicKey.LENGTH);
        try {
            PublicKey nativeKey = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(spki));
            Signature check = Signature.getInstance(ALGORITHM, provider);
            check.initVerify(nativeKey);
            return Optional.of(new NativeShortcut(key, nativeKey, check));
        } catch (GeneralSecurityException | RuntimeException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean holds(Ed25519PublicKey signer, byte[] message, byte[] signature) {
        if (!key.equals(signer)) {
            return false;
        }
        try {
            check.update(message);
            return check.verify(signature);
        } catch (SignatureException | RuntimeException _) {
            return restart();
        }
    }

    /// Forgets what was begun, and says no.
    private boolean restart() {
        try {
            check.initVerify(nativeKey);
            return false;
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key that verified before does not", e);
        }
    }
}

package dev.cairn.relay.receipts.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.receipt.key.KeyPem;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Signs with Amazon's native library, about four times as fast as Bouncy Castle; where it loads.
///
/// Loading it unpacks a library and takes a good part of a second, so it is tried only when there is much to sign.
final class CorrettoSigner implements Signer {

    private static final String ALGORITHM = "Ed25519";
    private static final byte[] PROBE = "cairn: is it the same signature?".getBytes(US_ASCII);

    private final Provider provider;
    private final PrivateKey key;

    private CorrettoSigner(Provider provider, PrivateKey key) {
        this.provider = provider;
        this.key = key;
    }

    /// A signer with this key, if the library loads here and gives the signature that it should.
    static Optional<Signer> load(Ed25519KeyPair pair) {
        try {
            Provider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            if (AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() != null) {
                return Optional.empty();
            }
            CorrettoSigner signer = new CorrettoSigner(provider, privateKey(pair));
            byte[] signature = signer.sign(List.of(PROBE)).getFirst();
            return Arrays.equals(signature, pair.signRaw(PROBE)) ? Optional.of(signer) : Optional.empty();
        } catch (GeneralSecurityException | LinkageError | RuntimeException _) {
            return Optional
                    .empty(); // Another platform, no room to unpack it, or it is left out: the other signer serves.
        }
    }

    @Override
    public List<byte[]> sign(List<byte[]> messages) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM, provider);
            signature.initSign(key);
            List<byte[]> signatures = new ArrayList<>(messages.size());
            for (byte[] message : messages) {
                signature.update(message);
                signatures.add(signature.sign());
            }
            return signatures;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that signed before does not", e);
        }
    }

    @Override
    public String name() {
        return "corretto";
    }

    /// Through the JDK's own reader of keys. What it keeps of the secret cannot be overwritten.
    private static PrivateKey privateKey(Ed25519KeyPair pair) throws GeneralSecurityException {
        byte[] der = KeyPem.pkcs8(pair);
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }
}

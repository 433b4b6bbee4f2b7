package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.X25519KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// Keys as PEM text (`specs/receipts.md` 6.2): PKCS#8 around a private key, SPKI around a public one, nothing
/// encrypted.
///
/// What is written has one layout: 64 columns of base64, `\n`, a newline at the end. A refusal never shows the text.
public final class KeyPem {

    /// Most bytes of a file that is read as PEM.
    public static final int FILE_MAX = 16 * 1024;

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int COLUMNS = 64;

    private static final byte[] PKCS8_ED25519 = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] PKCS8_X25519 = HexFormat.of().parseHex("302e020100300506032b656e04220420");
    private static final byte[] SPKI_ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private KeyPem() {}

    /// The public key, byte for byte as it is published.
    public static byte[] encode(Ed25519PublicKey key) {
        return encode(PUBLIC, SPKI_ED25519, key.toBytes());
    }

    /// The private key; to be overwritten when it is done with.
    public static byte[] encode(Ed25519KeyPair pair) {
        byte[] seed = pair.copySeed();
        try {
            return encode(PRIVATE, PKCS8_ED25519, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// The private key as unwrapped PKCS#8 (DER); to be overwritten when it is done with.
    public static byte[] pkcs8(Ed25519KeyPair pair) {
        byte[] seed = pair.copySeed();
        try {
            return join(PKCS8_ED25519, seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// Reads a public key.
    ///
    /// @throws IllegalArgumentException if `pem` holds none, or one of small order
    public static Ed25519PublicKey decodePublic(byte[] pem) {
        PemBlock block = PemBlock.read(pem);
        if (!block.label().equals(PUBLIC)) {
            throw new IllegalArgumentException("expected a PUBLIC KEY, found another kind of PEM");
        }
        return Ed25519PublicKey.of(content(block, SPKI_ED25519, "expected an Ed25519 public key (SPKI, 44 bytes)"));
    }

    /// Reads a private key, whatever the label says.
    ///
    /// @throws IllegalArgumentException if `pem` holds none
    public static Ed25519KeyPair decodePrivate(byte[] pem) {
        byte[] seed = content(
                PemBlock.read(pem), PKCS8_ED25519, "expected an unencrypted Ed25519 private key (PKCS#8, 48 bytes)");
        try {
            return Ed25519KeyPair.fromSeed(seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// Reads the private key of a recipient of disclosed parameters (3.11).
    static X25519KeyPair decodeForensic(byte[] pem) {
        byte[] secret = content(
                PemBlock.read(pem), PKCS8_X25519, "expected an unencrypted X25519 private key (PKCS#8, 48 bytes)");
        try {
            return X25519KeyPair.of(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] content(PemBlock block, byte[] prefix, String expected) {
        byte[] der = block.der();
        try {
            boolean fits = der.length == prefix.length + Ed25519PublicKey.LENGTH
                    && Arrays.equals(der, 0, prefix.length, prefix, 0, prefix.length);
            if (!fits) {
                throw new IllegalArgumentException(expected);
            }
            return Arrays.copyOfRange(der, prefix.length, der.length);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    private static byte[] encode(String label, byte[] prefix, byte[] key) {
        byte[] der = join(prefix, key);
        byte[] body = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'}).encode(der);
        byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(US_ASCII);
        byte[] end = ("\n-----END " + label + "-----\n").getBytes(US_ASCII);
        byte[] pem = Arrays.copyOf(begin, begin.length + body.length + end.length);
        System.arraycopy(body, 0, pem, begin.length, body.length);
        System.arraycopy(end, 0, pem, begin.length + body.length, end.length);
        Arrays.fill(der, (byte) 0);
        Arrays.fill(body, (byte) 0);
        return pem;
    }

    private static byte[] join(byte[] prefix, byte[] key) {
        byte[] der = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, der, prefix.length, key.length);
        return der;
    }
}

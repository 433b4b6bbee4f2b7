package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cairn.protocol.crypto.X25519KeyPair;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.SecretFile;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.file.UnsafeFileException;
import dev.cairn.protocol.file.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// The files of the key to which parameters are disclosed (`specs/receipts.md` 3.11, 6.3, 8.6): 32 raw
/// bytes each. The relay needs the public one only; the secret one belongs to whoever investigates.
public final class ForensicKeyFiles {

    private static final int SECRET_MODE = 0600;
    private static final int PUBLIC_MODE = 0644;
    private static final int DIRECTORY_MODE = 0750;
    private static final int HEX_LENGTH = 2 * X25519KeyPair.LENGTH;
    private static final int BASE64_LENGTH = (X25519KeyPair.LENGTH * 8 + 5) / 6;

    private static final byte[] PEM = "-----BEGIN ".getBytes(ISO_8859_1); // base64url may begin with a dash, too.

    private ForensicKeyFiles() {}

    /// Makes a pair where there is none of the two files.
    public static void generate(Path secret, Path publicKey, SecureRandom random) throws IOException {
        for (Path file : new Path[] {secret, publicKey}) {
            Files.createDirectories(WholeFile.directory(file), OwnFile.mode(DIRECTORY_MODE));
            OwnFile.checkSharedDirectory(WholeFile.directory(file));
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        X25519KeyPair pair = X25519KeyPair.generate(random);
        byte[] raw = pair.copySecret();
        try {
            WholeFile.create(secret, raw, SECRET_MODE);
            WholeFile.create(publicKey, pair.publicBytes(), PUBLIC_MODE);
        } catch (FileAlreadyExistsException e) {
            throw e; // Somebody else's file, and perhaps the pair that goes with it.
        } catch (IOException | RuntimeException e) {
            WholeFile.delete(secret);
            throw e;
        } finally {
            Arrays.fill(raw, (byte) 0);
            pair.erase();
        }
    }

    /// Reads the public key: exactly 32 raw bytes.
    public static byte[] readPublic(Path file) throws IOException {
        if (!UnixAttributes.ofTarget(file).isRegularFile()) {
            throw new UnsafeFileException(file, "is not a regular file.", "Name the file of the forensic public key.");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] key = SmallFile.read(file, channel);
            if (key.length != X25519KeyPair.LENGTH) {
                throw new MalformedKeyException(
                        file,
                        "is no forensic public key: it does not hold exactly " + X25519KeyPair.LENGTH + " bytes.",
                        "Make a pair with: cairn receipts keys generate --forensic");
            }
            return key;
        }
    }

    /// Reads the secret key, in any of the forms that there are: raw, hex, base64, PKCS#8 in PEM.
    public static X25519KeyPair readSecret(Path file) throws IOException {
        byte[] content = SecretFile.read(file, KeyPem.FILE_MAX);
        try {
            return decodeSecret(content);
        } catch (IllegalArgumentException _) {
            throw new MalformedKeyException(
                    file,
                    "holds no X25519 key: neither 32 raw bytes nor those in hex, base64 or PKCS#8 PEM.",
                    "Name the forensic key that belongs to the relay's forensic public key.");
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /// @throws IllegalArgumentException if `content` has none of the forms
    static X25519KeyPair decodeSecret(byte[] content) {
        if (content.length == X25519KeyPair.LENGTH) {
            return X25519KeyPair.of(content); // Before anything is trimmed: a raw key may end like a text.
        }
        if (content.length == X25519KeyPair.LENGTH + 1 && content[X25519KeyPair.LENGTH] == '\n') {
            return ofRaw(Arrays.copyOf(content, X25519KeyPair.LENGTH));
        }
        if (isPem(content)) {
            return KeyPem.decodeForensic(content);
        }
        String text = new String(content, ISO_8859_1).strip();
        if (text.length() == HEX_LENGTH) {
            return ofRaw(HexFormat.of().parseHex(text));
        }
        String letters = text.endsWith("=") ? text.substring(0, text.length() - 1) : text;
        if (letters.length() != BASE64_LENGTH) {
            throw new IllegalArgumentException("no key");
        }
        return ofRaw(Base64.getUrlDecoder().decode(letters.replace('+', '-').replace('/', '_')));
    }

    private static boolean isPem(byte[] content) {
        return content.length > PEM.length && Arrays.equals(content, 0, PEM.length, PEM, 0, PEM.length);
    }

    private static X25519KeyPair ofRaw(byte[] raw) {
        try {
            return X25519KeyPair.of(raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }
}

package dev.cairn.protocol.receipt.key;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.WholeFile;
import dev.cairn.protocol.receipt.KeyRotation;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The public keys that were rotated away (`specs/receipts.md` 6.5), each in `<public-key>.rotated-<16 hex
/// digits>` beside the published one: with them, older chains verify.
public final class KeyArchive {

    /// Most keys that are looked at.
    public static final int KEYS_MAX = 4096;

    private static final String INFIX = ".rotated-";
    private static final int DIGITS = 16;

    /// A key that once signed, and where it is kept.
    public record Archived(Path file, Ed25519PublicKey key) {}

    private KeyArchive() {}

    /// Keeps `key`, which `publicKey` no longer will. Doing it twice is doing it once.
    public static void add(Path publicKey, Ed25519PublicKey key) throws IOException {
        PublicKeyFile.publish(fileOf(publicKey, key), key);
    }

    /// Takes `key` out again: it is the one that is published, and stays it.
    public static void remove(Path publicKey, Ed25519PublicKey key) throws IOException {
        WholeFile.delete(fileOf(publicKey, key));
    }

    /// Where `key` is kept once it is rotated away.
    public static Path fileOf(Path publicKey, Ed25519PublicKey key) {
        return fileOf(publicKey, KeyRotation.fingerprint(key));
    }

    /// Where the key with this fingerprint is kept once it is rotated away.
    public static Path fileOf(Path publicKey, String fingerprint) {
        String digits = fingerprint.substring(fingerprint.length() - DIGITS);
        return publicKey.resolveSibling(publicKey.getFileName() + INFIX + digits);
    }

    /// The keys archived beside `publicKey`, in the order of their files' names.
    ///
    /// @throws IOException if one of them cannot be read, or there are more than [#KEYS_MAX]
    public static List<Archived> beside(Path publicKey) throws IOException {
        String prefix = publicKey.getFileName() + INFIX;
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> directory = Files.newDirectoryStream(WholeFile.directory(publicKey))) {
            for (Path file : directory) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(prefix) && !name.endsWith(WholeFile.DRAFT)) {
                    files.add(file);
                }
                if (files.size() > KEYS_MAX) {
                    throw new IOException("more than " + KEYS_MAX + " archived keys beside " + publicKey);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        List<Archived> keys = new ArrayList<>(files.size());
        for (Path file : files) {
            keys.add(new Archived(file, PublicKeyFile.read(file)));
        }
        return keys;
    }
}

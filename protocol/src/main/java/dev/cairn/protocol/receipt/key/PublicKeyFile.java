package dev.cairn.protocol.receipt.key;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.file.UnsafeFileException;
import dev.cairn.protocol.file.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/// The file in which the public half of the signing key is published (`specs/receipts.md` 6.4): SPKI in PEM, 0644.
public final class PublicKeyFile {

    private static final int MODE = 0644;

    private PublicKeyFile() {}

    /// Reads a public key, whoever it belongs to: verifying needs no trust in its file beyond naming it.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws MalformedKeyException if it holds no key that a signature may be checked with
    public static Ed25519PublicKey read(Path file) throws IOException {
        if (!UnixAttributes.ofTarget(file).isRegularFile()) { // A pipe would keep us waiting.
            throw notRegular(file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return decode(file, SmallFile.read(file, channel));
        }
    }

    private static Ed25519PublicKey decode(Path file, byte[] pem) throws MalformedKeyException {
        try {
            return KeyPem.decodePublic(pem);
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException(
                    file,
                    "holds no public key: " + e.getMessage() + ".",
                    "Name the file in which the relay publishes its key, signing.key.pub.");
        }
    }

    /// Sees to it that the file holds exactly this key. One that holds another, or is no regular file of
    /// ours, is refused and left alone.
    public static void publish(Path file, Ed25519PublicKey key) throws IOException {
        OwnFile.checkSharedDirectory(WholeFile.directory(file));
        byte[] pem = KeyPem.encode(key);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            WholeFile.create(file, pem, MODE);
            return;
        }
        if (!Arrays.equals(readOwn(file), pem)) {
            throw new UnsafeFileException(
                    file,
                    "holds something else than the public half of the signing key.",
                    "If the key was changed on purpose, move this file away; otherwise put the right key back.");
        }
        Files.setPosixFilePermissions(file, OwnFile.mode(MODE).value());
    }

    /// Publishes this key in the place of one that was rotated away, which must be in the [KeyArchive].
    public static void replaceArchived(Path file, Ed25519PublicKey key) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Ed25519PublicKey old = decode(file, readOwn(file));
            Path archive = KeyArchive.fileOf(file, old);
            if (!old.equals(key) && !Files.exists(archive, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsafeFileException(
                        file,
                        "holds a key that is neither the one in use nor one that was rotated away.",
                        "Find out whose key it is; keep a copy and move this file away.");
            }
        }
        OwnFile.checkSharedDirectory(WholeFile.directory(file));
        WholeFile.replace(file, KeyPem.encode(key), MODE);
    }

    private static byte[] readOwn(Path file) throws IOException {
        UnixAttributes before = check(file);
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(file, options)) {
            byte[] content = SmallFile.read(file, channel);
            if (!check(file).isSameFile(before)) {
                throw new UnsafeFileException(file, "was replaced while it was read.", "Find out by whom.");
            }
            return content;
        }
    }

    /// What the path names must be ours, and under this name only. Its mode may be anything: it is public.
    private static UnixAttributes check(Path file) throws IOException {
        UnixAttributes found = UnixAttributes.of(file);
        if (found.isSymbolicLink()) {
            throw new UnsafeFileException(
                    file, "is a symbolic link, which is not followed.", "Find out who put it there; move it away.");
        }
        if (!found.isRegularFile()) {
            throw notRegular(file);
        }
        if (found.links() != 1) {
            throw new UnsafeFileException(
                    file,
                    "has " + found.links() + " names (hard links): it could be changed through another one.",
                    "Find out who made them; move this one away.");
        }
        if (found.uid() != new UnixSystem().getUid()) {
            throw new UnsafeFileException(
                    file, "belongs to user " + found.uid() + ", not to us.", "Find out why; move it away.");
        }
        return found;
    }

    private static UnsafeFileException notRegular(Path file) {
        return new UnsafeFileException(file, "is not a regular file.", "Move it away.");
    }
}

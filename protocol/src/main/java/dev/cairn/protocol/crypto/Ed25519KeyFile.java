package dev.cairn.protocol.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// The file of a witness's signing key: the 32-byte seed, raw, mode 0600, in a directory that only its owner may write.
///
/// A file that somebody else could have read, replaced or linked is refused rather than repaired: the secret in it may
/// be known. A new one is written under another name, synced and renamed, so a crash leaves a whole key or none. Who
/// makes one holds the lock of its directory.
public final class Ed25519KeyFile {

    private static final String CHECKED = "unix:mode,nlink,uid,ino,dev,size";
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS = 077;
    private static final int OTHERS_WRITE = 022;

    private Ed25519KeyFile() {}

    /// Reads the key, or makes one when there is none yet.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Ed25519KeyPair openOrCreate(Path file, SecureRandom random) throws IOException {
        try {
            return read(file);
        } catch (NoSuchFileException _) {
            return create(file, random);
        }
    }

    /// Reads the key.
    ///
    /// @throws NoSuchFileException if there is none
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Ed25519KeyPair read(Path file) throws IOException {
        Map<String, Object> before = check(file);
        byte[] seed = content(file);
        try {
            if (!before.equals(check(file))) {
                throw refusal(file, "it was replaced while it was read");
            }
            return Ed25519KeyPair.fromSeed(seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private static Ed25519KeyPair create(Path file, SecureRandom random) throws IOException {
        checkDirectory(file);
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        random.nextBytes(seed);
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft); // Left by a start that was interrupted.
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(draft, options, ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap(seed);
            while (bytes.hasRemaining()) {
                var _ = channel.write(bytes);
            }
            channel.force(true);
        }
        Arrays.fill(seed, (byte) 0);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return read(file); // What counts is what the next start will find.
    }

    private static Map<String, Object> check(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, CHECKED, LinkOption.NOFOLLOW_LINKS);
        Object owner = checkDirectory(file);
        int mode = (int) found.getOrDefault("mode", 0);
        if ((mode & FORMAT_MASK) != REGULAR) {
            throw refusal(file, "it is not a regular file");
        }
        if ((mode & OTHERS) != 0) {
            throw refusal(file, "others may use it; its mode must be 0600");
        }
        if ((int) found.getOrDefault("nlink", 0) != 1) {
            throw refusal(file, "it has more than one name");
        }
        if (!owner.equals(found.get("uid"))) {
            throw refusal(file, "its owner is not its directory's");
        }
        if ((long) found.getOrDefault("size", 0L) != Ed25519KeyPair.SEED_LENGTH) {
            throw refusal(file, "it does not hold exactly " + Ed25519KeyPair.SEED_LENGTH + " bytes");
        }
        return found;
    }

    /// Refuses a directory in which somebody else could replace the file; returns the directory's owner.
    private static Object checkDirectory(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(directory(file), "unix:mode,uid");
        if (((int) found.getOrDefault("mode", OTHERS_WRITE) & OTHERS_WRITE) != 0) {
            throw refusal(file, "others may write its directory, and so replace it");
        }
        return found.getOrDefault("uid", -1);
    }

    private static Path directory(Path file) {
        return file.toAbsolutePath().resolveSibling("");
    }

    private static byte[] content(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Ed25519KeyPair.SEED_LENGTH);
        var options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw refusal(file, "it ended while it was read");
                }
            }
        }
        return bytes.array();
    }

    private static FileSystemException refusal(Path file, String reason) {
        return new FileSystemException(file.toString(), null, reason);
    }
}

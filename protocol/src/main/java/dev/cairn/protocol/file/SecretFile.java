package dev.cairn.protocol.file;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/// A small file that holds a secret: mode 0600, one name, no link, in a directory in which others can replace nothing.
///
/// A file that somebody else could have read, replaced or linked is refused rather than repaired: the secret
/// in it may be known. It belongs to whoever reads it, or, read by the superuser, to the owner of its
/// directory. Messages name the file and what is wrong with it, never its content.
public final class SecretFile {

    private static final int MODE = 0600;
    private static final long SUPERUSER = 0;

    private SecretFile() {}

    /// Its content, which whoever calls should overwrite when it is done with.
    ///
    /// @param max bytes that it may hold
    /// @throws java.nio.file.NoSuchFileException if there is none
    public static byte[] read(Path file, int max) throws IOException {
        UnixAttributes before = check(file);
        ByteBuffer bytes = ByteBuffer.allocate(max + 1);
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // On to the end, which is near.
            }
            if (!check(file).isSameFile(before)) {
                throw refusal(file, "it was replaced while it was read");
            }
            if (!bytes.hasRemaining()) {
                throw refusal(file, "it is larger than " + max + " bytes");
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    /// Makes it, durably: written under another name and renamed, so that a crash leaves all of it or
    /// nothing. One process at a time.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one
    public static void create(Path file, byte[] content) throws IOException {
        checkDirectory(file);
        WholeFile.create(file, content, MODE);
    }

    private static UnixAttributes check(Path file) throws IOException {
        UnixAttributes found = UnixAttributes.of(file);
        UnixAttributes directory = checkDirectory(file);
        if (!found.isRegularFile()) {
            throw refusal(file, "it is not a regular file");
        }
        if (found.isOpenToOthers()) {
            throw refusal(file, "others may use it; its mode must be 0600: chmod 600 " + file);
        }
        if (found.links() != 1) {
            throw refusal(file, "it has more than one name");
        }
        long reader = new UnixSystem().getUid();
        if (found.uid() != reader && !(reader == SUPERUSER && found.uid() == directory.uid())) {
            throw refusal(file, "it belongs to user " + found.uid() + ", not to user " + reader + ", who reads it");
        }
        return found;
    }

    private static UnixAttributes checkDirectory(Path file) throws IOException {
        UnixAttributes found = UnixAttributes.ofTarget(WholeFile.directory(file));
        if (found.isOpenToReplacement()) {
            throw refusal(file, "others may write its directory, and so replace it");
        }
        return found;
    }

    private static FileSystemException refusal(Path file, String reason) {
        return new FileSystemException(file.toString(), null, reason);
    }
}

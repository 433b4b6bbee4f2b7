package dev.cairn.relay.config;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/// A secret that the configuration names by its file: one line, which only its owner may read.
///
/// A file that somebody else could have read or replaced is refused rather than used: the secret in it may be known.
final class SecretFile {

    private static final String CHECKED = "unix:mode,nlink,uid,ino,dev,size";
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS = 077;
    private static final int SIZE_MAX = 4 * 1024;
    private static final long SUPERUSER = 0;

    private SecretFile() {}

    /// What is in it, without white space around it.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    static String read(Path file) throws IOException {
        try {
            Map<String, Object> before = check(file);
            String text = content(file);
            if (!before.equals(check(file))) {
                throw refusal(file, "was replaced while it was read");
            }
            return text.strip();
        } catch (NoSuchFileException _) {
            throw refusal(file, "does not exist");
        } catch (AccessDeniedException _) {
            throw refusal(file, "may not be read by this user");
        }
    }

    private static Map<String, Object> check(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, CHECKED, LinkOption.NOFOLLOW_LINKS);
        int mode = (int) found.getOrDefault("mode", 0);
        long owner = (int) found.getOrDefault("uid", 0) & 0xFFFF_FFFFL;
        if ((mode & FORMAT_MASK) != REGULAR) {
            throw refusal(file, "is not a regular file");
        }
        if ((mode & OTHERS) != 0) {
            throw refusal(file, "may be used by others; its mode must be 0600");
        }
        if ((int) found.getOrDefault("nlink", 0) != 1) {
            throw refusal(file, "has more than one name");
        }
        if (owner != SUPERUSER && owner != new UnixSystem().getUid()) {
            throw refusal(file, "belongs to user " + owner + ", not to the one that reads it");
        }
        if ((long) found.getOrDefault("size", 0L) > SIZE_MAX) {
            throw refusal(file, "is too large");
        }
        return found;
    }

    private static String content(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_MAX);
        var options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until the end, which is near.
            }
        }
        return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    }

    private static FileSystemException refusal(Path file, String reason) {
        return new FileSystemException(file + " " + reason);
    }
}

package dev.cairn.relay.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/// The operator's file of [Tokens], which nobody else may read.
///
/// A file that somebody else could have read, replaced or linked is refused: the secrets in it may be known.
public final class TokensFile {

    private static final String CHECKED = "unix:mode,nlink,uid,ino,dev,size";
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS = 077;
    private static final int SIZE_MAX = 512 * 1024;

    private TokensFile() {}

    /// Reads the tokens.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Tokens read(Path file) throws IOException {
        Map<String, Object> before = check(file);
        String text = content(file);
        if (!before.equals(check(file))) {
            throw refusal(file, "it was replaced while it was read");
        }
        try {
            return Tokens.parse(text);
        } catch (IllegalArgumentException e) {
            throw refusal(file, String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Object> check(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, CHECKED, LinkOption.NOFOLLOW_LINKS);
        int mode = (int) found.getOrDefault("mode", 0);
        if ((mode & FORMAT_MASK) != REGULAR) {
            throw refusal(file, "it is not a regular file");
        }
        if ((mode & OTHERS) != 0) {
            throw refusal(file, "others may use it; take that away: chmod 600 " + file);
        }
        if ((int) found.getOrDefault("nlink", 0) != 1) {
            throw refusal(file, "it has more than one name");
        }
        if ((long) found.getOrDefault("size", 0L) > SIZE_MAX) {
            throw refusal(file, "it is larger than " + SIZE_MAX + " bytes");
        }
        return found;
    }

    private static String content(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_MAX);
        var options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until the end.
            }
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static FileSystemException refusal(Path file, String reason) {
        return new FileSystemException(file.toString(), null, reason);
    }
}

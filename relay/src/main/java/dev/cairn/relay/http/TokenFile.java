package dev.cairn.relay.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;

/// The file `http.token` in the data directory: one line, which only its owner may read.
///
/// A file that somebody else could have read, replaced or linked is refused rather than repaired: the secret
/// in it may be known.
public final class TokenFile {

    /// Its name in the data directory.
    public static final String NAME = "http.token";

    private static final String CHECKED = "unix:mode,nlink,uid,ino,dev,size";
    private static final int FORMAT_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS = 077;
    private static final int SIZE_MAX = BearerToken.LENGTH + 2;

    private TokenFile() {}

    /// Reads the token of a data directory, or makes one when there is none yet.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static BearerToken openOrCreate(Path dataDir, SecureRandom random) throws IOException {
        try {
            return read(dataDir);
        } catch (NoSuchFileException _) {
            return create(dataDir, random);
        }
    }

    /// Reads the token of a data directory.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static BearerToken read(Path dataDir) throws IOException {
        Path file = dataDir.resolve(NAME);
        Map<String, Object> before = check(file, dataDir);
        String text = content(file);
        if (!before.equals(check(file, dataDir))) {
            throw refusal(file, "it was replaced while it was read");
        }
        try {
            return BearerToken.of(text.strip());
        } catch (IllegalArgumentException e) {
            throw refusal(file, e.getMessage() + "; remove it to have a new one made");
        }
    }

    private static BearerToken create(Path dataDir, SecureRandom random) throws IOException {
        Path file = dataDir.resolve(NAME);
        BearerToken token = BearerToken.random(random);
        Path draft = dataDir.resolve(NAME + ".new");
        Files.deleteIfExists(draft); // Left by a start that was interrupted.
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (SeekableByteChannel channel = Files.newByteChannel(draft, options, ownerOnly)) {
            ByteBuffer line = ByteBuffer.wrap((token.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                var _ = channel.write(line);
            }
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Files.move(draft, file); // A reader never sees half of it.
        return token;
    }

    private static Map<String, Object> check(Path file, Path dataDir) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, CHECKED, LinkOption.NOFOLLOW_LINKS);
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
        if (!Files.getAttribute(dataDir, "unix:uid").equals(found.get("uid"))) {
            throw refusal(file, "its owner is not the data directory's");
        }
        if ((long) found.getOrDefault("size", 0L) > SIZE_MAX) {
            throw refusal(file, "it is too large");
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
        return new FileSystemException(file.toString(), null, reason);
    }
}

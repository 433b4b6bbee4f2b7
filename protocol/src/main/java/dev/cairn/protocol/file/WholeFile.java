package dev.cairn.protocol.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes a small file so that a crash leaves all of it or nothing: under another name first, synced, then renamed,
/// and the name synced too.
///
/// The caller has checked the directory: nobody else may write it. One process at a time.
public final class WholeFile {

    /// How the name ends under which a file is written; one that is there is a crash's.
    public static final String DRAFT = ".new";

    private WholeFile() {}

    /// Makes the file with `mode` (permission bits, whatever the umask).
    ///
    /// @throws FileAlreadyExistsException if the name is taken, be it by a link to nowhere
    public static void create(Path file, byte[] content, int mode) throws IOException {
        refuseExisting(file);
        Path draft = write(file, content, mode);
        try {
            refuseExisting(file);
            rename(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// Makes the file, or puts it in the place of what has its name; a link is replaced, not followed.
    public static void replace(Path file, byte[] content, int mode) throws IOException {
        Path draft = write(file, content, mode);
        try {
            rename(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// Gives a whole file another name, durably, in place of what has it.
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        OwnFile.syncDirectory(directory(to));
    }

    /// Removes the file if there is one, durably.
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            OwnFile.syncDirectory(directory(file));
        }
    }

    /// The directory that a file is in, which may be the working directory.
    public static Path directory(Path file) {
        return file.toAbsolutePath().resolveSibling("");
    }

    private static Path write(Path file, byte[] content, int mode) throws IOException {
        OwnFile draft = new OwnFile(directory(file), file.getFileName() + DRAFT, OwnFile.Access.NONE);
        Files.deleteIfExists(draft.path()); // Left by a process that was interrupted.
        try (FileChannel channel = draft.create(mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(draft.path());
            throw e;
        }
        return draft.path();
    }

    private static void refuseExisting(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }
}

package dev.cairn.protocol.file;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// A file of the user as whom this process runs, opened so that nobody can put another in its place
/// (`specs/audit-relay.md` 4).
///
/// The directory may be written by its owner alone, so that what a path names cannot change under us; the
/// file is a regular one of ours with a single name. Everything else is refused, never mended: a wrong owner
/// or mode is news for whoever runs the machine.
///
/// @param access what others may do with it
public record OwnFile(Path directory, String name, Access access) {

    /// What others than the owner may do with a file.
    public enum Access {
        /// Read it.
        READ,
        /// Nothing, not even know that it is there: it holds a secret.
        NONE
    }

    private static final long SUPERUSER = 0;
    private static final int TRIES_MAX = 8;

    /// Refuses a directory in which others could replace files. It may belong to the superuser, and be
    /// reached through a link.
    public static void checkSharedDirectory(Path directory) throws IOException {
        UnixAttributes found = UnixAttributes.ofTarget(directory);
        if (!found.isDirectory()) {
            throw new UnsafeFileException(directory, "is not a directory.", "Name another data directory.");
        }
        if (found.uid() != ourUid() && found.uid() != SUPERUSER) {
            throw new UnsafeFileException(
                    directory, foreign(found), "Run as the directory's owner, or name another data directory.");
        }
        if (found.isWritableByOthers()) {
            throw new UnsafeFileException(
                    directory,
                    "may be written by others than its owner, who could replace the files in it.",
                    "Allow only its owner to write it: chmod go-w " + directory);
        }
    }

    /// Refuses a place for such a directory that is behind a link: it would be in another place than it
    /// seems to be, which nobody has checked.
    public static void checkSecretPlace(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null && Files.isSymbolicLink(parent)) {
            throw new UnsafeFileException(
                    parent, "is a symbolic link, which is not followed.", "Put the directory itself there.");
        }
    }

    /// Refuses a directory that is not ours alone, is behind a link, or that others could replace as a whole.
    public static void checkSecretDirectory(Path directory) throws IOException {
        checkSecretPlace(directory);
        UnixAttributes found = UnixAttributes.of(directory);
        if (found.isSymbolicLink()) {
            throw new UnsafeFileException(directory, "is a symbolic link.", "Put the directory itself there.");
        }
        if (!found.isDirectory()) {
            throw new UnsafeFileException(directory, "is not a directory.", "Move it away.");
        }
        if (found.uid() != ourUid()) {
            throw new UnsafeFileException(directory, foreign(found), "Run as the directory's owner.");
        }
        if (found.isOpenToOthers()) {
            throw new UnsafeFileException(
                    directory, "is open to others than its owner.", "Close it: chmod 700 " + directory);
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null && UnixAttributes.ofTarget(parent).isOpenToReplacement()) {
            throw new UnsafeFileException(
                    directory,
                    "could be replaced as a whole: others may write the directory it is in.",
                    "Allow only its owner to write that: chmod go-w " + parent);
        }
    }

    public Path path() {
        return directory.resolve(name);
    }

    public boolean exists() {
        return Files.exists(path(), LinkOption.NOFOLLOW_LINKS);
    }

    /// Opens the existing file; the caller has checked its directory. One that its owner replaces meanwhile, by
    /// renaming another to it, is opened as it is then.
    public FileChannel open(OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        for (int tries = 1; tries <= TRIES_MAX; tries++) {
            UnixAttributes expected = check();
            FileChannel channel = FileChannel.open(path(), all);
            try {
                if (check().isSameFile(expected)) {
                    return channel;
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            channel.close();
        }
        throw refused("is replaced again and again while it is opened.", "Find out by whom.");
    }

    /// Makes the file, which must not exist, with `mode` (permission bits, whatever the umask) and opens it
    /// for writing. Its name is not durable before the directory is synced.
    public FileChannel create(int mode) throws IOException {
        Set<OpenOption> once =
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(path(), once, mode(mode));
        try {
            Files.setPosixFilePermissions(path(), mode(mode).value()); // What the umask took away.
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// What the path names now; refuses what must not be opened.
    public UnixAttributes check() throws IOException {
        UnixAttributes found = UnixAttributes.of(path());
        if (found.isSymbolicLink()) {
            throw refused("is a symbolic link, which is not followed.", "Put the file itself there.");
        }
        if (!found.isRegularFile()) {
            throw refused("is not a regular file.", "Move it away.");
        }
        if (found.links() != 1) {
            throw refused(
                    "has " + found.links() + " names (hard links): it could be changed or read through another one.",
                    "Remove the other names, or put a copy in its place.");
        }
        if (found.uid() != ourUid()) {
            throw refused(foreign(found), "Run as the owner of the file.");
        }
        if (found.isWritableByOthers()) {
            throw refused("may be written by others than its owner.", "Take that away: chmod go-w " + path());
        }
        if (access == Access.NONE && found.isOpenToOthers()) {
            throw refused("may be read by others than its owner.", "Take that away: chmod 600 " + path());
        }
        return found;
    }

    /// Makes names in `directory` durable: those just made, and those just replaced.
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Permission bits as a file is created with them.
    public static FileAttribute<Set<PosixFilePermission>> mode(int bits) {
        StringBuilder text = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < text.length(); i++) {
            if ((bits >> (text.length() - 1 - i) & 1) == 0) {
                text.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text.toString()));
    }

    private UnsafeFileException refused(String problem, String remedy) {
        return new UnsafeFileException(path(), problem, remedy);
    }

    private static String foreign(UnixAttributes found) {
        return "belongs to user " + found.uid() + ", not to " + ourUid() + ", as whom this process runs.";
    }

    private static long ourUid() {
        return new UnixSystem().getUid();
    }
}

package dev.cairn.relay.chain;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// One of the relay's own files in the data directory, opened so that nobody can put another in its place
/// (`specs/audit-relay.md` 4).
///
/// The directory may be written by its owner alone, so that what a path names cannot change under us; the file is a
/// regular one of
/// ours with a single name. Everything else is refused, never mended: a wrong owner or mode is news for the operator.
record GuardedFile(Path directory, String name) {

    private static final int DIRECTORY_MODE = 0755;
    private static final long SUPERUSER = 0;

    /// Makes the data directory if it is missing, and refuses one that others may write.
    static void checkDirectory(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(directory, mode(DIRECTORY_MODE));
            }
            UnixAttributes found = UnixAttributes.ofTarget(directory);
            if (!found.isDirectory()) {
                throw new StartRefusedException(directory, "is not a directory.", "Name another data directory.");
            }
            if (found.uid() != ourUid() && found.uid() != SUPERUSER) {
                throw new StartRefusedException(
                        directory,
                        "belongs to user " + found.uid() + ", not to " + ourUid() + ", as which the relay runs.",
                        "Run the relay as the directory's owner, or name another data directory.");
            }
            if (found.isWritableByOthers()) {
                throw new StartRefusedException(
                        directory,
                        "may be written by others than its owner, who could replace the log.",
                        "Allow only its owner to write it: chmod go-w " + directory);
            }
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    Path path() {
        return directory.resolve(name);
    }

    boolean exists() {
        return Files.exists(path(), LinkOption.NOFOLLOW_LINKS);
    }

    /// Opens the file, which it makes with `mode` (permission bits, whatever the umask) if it is missing.
    FileChannel openOrCreate(int mode, OpenOption... options) {
        checkDirectory(directory);
        try {
            if (!exists()) {
                create(mode);
            }
            return open(options);
        } catch (IOException e) {
            throw unusable(path(), e);
        }
    }

    /// Opens the existing file; the caller has checked its directory.
    FileChannel open(OpenOption... options) throws IOException {
        UnixAttributes expected = check();
        Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(path(), all);
        try {
            if (!check().isSameFile(expected)) {
                throw new StartRefusedException(path(), "was replaced while it was opened.", "Find out by whom.");
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// What the path names now; refuses what must not be opened.
    UnixAttributes check() throws IOException {
        UnixAttributes found = UnixAttributes.of(path());
        if (found.isSymbolicLink()) {
            throw refused("is a symbolic link, which the relay does not follow.", "Put the file itself there.");
        }
        if (!found.isRegularFile()) {
            throw refused("is not a regular file.", "Move it away.");
        }
        if (found.links() != 1) {
            throw refused(
                    "has " + found.links() + " names (hard links): it could be changed through another one.",
                    "Remove the other names, or put a copy in its place.");
        }
        if (found.uid() != ourUid()) {
            throw refused(
                    "belongs to user " + found.uid() + ", not to " + ourUid() + ", as which the relay runs.",
                    "Run the relay as the owner of its files.");
        }
        if (found.isWritableByOthers()) {
            throw refused("may be written by others than its owner.", "Take that away: chmod go-w " + path());
        }
        return found;
    }

    private void create(int mode) throws IOException {
        Set<OpenOption> once = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel _ = FileChannel.open(path(), once, mode(mode))) {
            Files.setPosixFilePermissions(path(), mode(mode).value()); // What the umask took away.
        }
        syncDirectory(directory);
    }

    /// Makes names in `directory` durable: those just made, and those just replaced.
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static FileAttribute<Set<PosixFilePermission>> mode(int bits) {
        StringBuilder text = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < text.length(); i++) {
            if ((bits >> (text.length() - 1 - i) & 1) == 0) {
                text.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text.toString()));
    }

    static StartRefusedException unusable(Path path, IOException cause) {
        String problem =
                cause instanceof NoSuchFileException ? "does not exist." : "cannot be used: " + cause.getMessage();
        return new StartRefusedException(path, problem, "Check the path, its permissions and the disk.", cause);
    }

    private StartRefusedException refused(String problem, String remedy) {
        return new StartRefusedException(path(), problem, remedy);
    }

    private static long ourUid() {
        return new UnixSystem().getUid();
    }
}

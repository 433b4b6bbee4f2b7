package dev.cairn.relay.cli;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A relay's data directory, as far as the process itself keeps things there: `relay.pid` and
/// `relay.run.json`, which tells commands where the running relay is.
final class DataDirectory {

    private static final String PID = "relay.pid";
    private static final int GROUP = 0070;
    private static final int GROUP_PASSES = 0010;
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rw-r-----");

    private final Path dir;

    private DataDirectory(Path dir) {
        this.dir = dir;
    }

    /// Makes the directory if it is missing: for its owner only, or, where the audit dialect's clients look
    /// for their socket, traversable.
    static DataDirectory prepare(Path dir, boolean isWellKnown) {
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString(isWellKnown ? "rwxr-xr-x" : "rwx------"));
        try {
            if (!Files.isDirectory(dir)) {
                Path parent = dir.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(dir, mode);
            }
            return new DataDirectory(dir);
        } catch (IOException e) {
            throw CommandFailedException.failed("cannot make the data directory " + dir + ": " + NamedFile.reason(e));
        }
    }

    /// Leaves word of the running relay: its pid, and all its addresses and files.
    void announce(JsonText run) {
        replace(dir.resolve(PID), String.valueOf(ProcessHandle.current().pid()));
        replace(dir.resolve(RelayOptions.RUN_FILE), run + "\n");
    }

    void withdraw() {
        try {
            Files.deleteIfExists(dir.resolve(RelayOptions.RUN_FILE));
            Files.deleteIfExists(dir.resolve(PID));
        } catch (IOException e) {
            throw new IllegalStateException("cannot remove " + dir.resolve(PID), e);
        }
    }

    /// Whoever reads the file meanwhile sees the old or the new content, never a part.
    private void replace(Path file, String content) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next);
            Files.writeString(next, content, StandardOpenOption.CREATE_NEW);
            boolean isPassage = (UnixAttributes.ofTarget(dir).mode() & GROUP) == GROUP_PASSES;
            Files.setPosixFilePermissions(next, isPassage ? CLOSED : READABLE); // Who only passes reads nothing here.
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw CommandFailedException.failed("cannot write " + file + ": " + NamedFile.reason(e));
        }
    }
}

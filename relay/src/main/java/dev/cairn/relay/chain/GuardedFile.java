package dev.cairn.relay.chain;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/// One of the relay's own files in the data directory (`specs/audit-relay.md` 4): an [OwnFile] without which
/// no relay starts.
record GuardedFile(Path directory, String name) {

    private static final int DIRECTORY_MODE = 0755;

    /// Makes the data directory if it is missing, and refuses one that others may write.
    static void checkDirectory(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(directory, OwnFile.mode(DIRECTORY_MODE));
            }
            OwnFile.checkSharedDirectory(directory);
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    Path path() {
        return file().path();
    }

    boolean exists() {
        return file().exists();
    }

    /// Opens the file, which it makes with `mode` (permission bits, whatever the umask) if it is missing.
    FileChannel openOrCreate(int mode, OpenOption... options) {
        checkDirectory(directory);
        try {
            if (!exists()) {
                file().create(mode).close();
                OwnFile.syncDirectory(directory);
            }
            return file().open(options);
        } catch (IOException e) {
            throw unusable(path(), e);
        }
    }

    /// Opens the existing file; the caller has checked its directory.
    FileChannel open(OpenOption... options) throws IOException {
        try {
            return file().open(options);
        } catch (UnsafeFileException e) {
            throw unusable(path(), e);
        }
    }

    /// What the path names now; refuses what must not be opened.
    UnixAttributes check() throws IOException {
        try {
            return file().check();
        } catch (UnsafeFileException e) {
            throw unusable(path(), e);
        }
    }

    static StartRefusedException unusable(Path path, IOException cause) {
        if (cause instanceof UnsafeFileException unsafe) {
            return new StartRefusedException(unsafe.file(), unsafe.problem(), unsafe.remedy());
        }
        String problem =
                cause instanceof NoSuchFileException ? "does not exist." : "cannot be used: " + cause.getMessage();
        return new StartRefusedException(path, problem, "Check the path, its permissions and the disk.", cause);
    }

    private OwnFile file() {
        return new OwnFile(directory, name, OwnFile.Access.READ);
    }
}

package dev.cairn.relay.chain;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The promise that one relay writes in a data directory: an exclusive lock on `relay.lock`, held until
/// closed or until the process ends, however it ends. Take it before anything else is touched.
public final class SingleInstance implements AutoCloseable {

    private static final String FILE = "relay.lock";
    private static final int MODE = 0600;

    private final FileChannel channel;

    private SingleInstance(FileChannel channel) {
        this.channel = channel;
    }

    /// @throws StartRefusedException if another relay runs there, or the directory is not safe
    public static SingleInstance acquire(Path dataDir) {
        GuardedFile file = new GuardedFile(dataDir, FILE);
        FileChannel channel = file.openOrCreate(MODE, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) != null) {
                return new SingleInstance(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw GuardedFile.unusable(file.path(), e);
        }
        throw new DirectoryInUseException(file.path());
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // Held in this very process.
        }
    }

    @Override
    public void close() {
        try {
            channel.close(); // The file stays: removing it would let two relays lock two files of one name.
        } catch (IOException e) {
            throw new IllegalStateException("the lock cannot be given back", e);
        }
    }
}

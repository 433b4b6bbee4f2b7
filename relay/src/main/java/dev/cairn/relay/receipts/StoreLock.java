package dev.cairn.relay.receipts;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The promise that one of us writes to a database (`specs/receipts.md` 3.8), whichever data directory it works for:
/// an exclusive lock on a file beside the database, held until closed or until the process ends, however it ends. The
/// file says which process that is. The database itself and the files that SQLite puts beside it are left alone.
public final class StoreLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);

    private static final String SUFFIX = ".cairn-lock";
    private static final int MODE = 0600;
    private static final int PID_BYTES_MAX = 20;

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock; the directory of the database has been checked.
    ///
    /// @throws StoreInUseException if another process has it
    static StoreLock acquire(Path db) {
        Path whole = db.toAbsolutePath();
        OwnFile file = new OwnFile(whole.resolveSibling(""), whole.getFileName() + SUFFIX, OwnFile.Access.NONE);
        try {
            if (!file.exists()) {
                file.create(MODE).close();
            }
            FileChannel channel = file.open(StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                throw new StoreInUseException(whole, file.path(), holder(channel));
            }
            signPid(channel);
            return new StoreLock(channel);
        } catch (UnsafeFileException e) {
            throw new ReceiptsRefusedException(e.file(), e.problem(), e.remedy());
        } catch (IOException e) {
            throw new ReceiptsRefusedException(
                    file.path(),
                    "cannot be used: " + e.getMessage(),
                    "Check the path, its permissions and the disk.",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // Held in this very process.
        }
    }

    /// Only for whoever does not get the lock: a full disk is no reason to do without it.
    private static void signPid(FileChannel channel) {
        String pid = ProcessHandle.current().pid() + "\n";
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the lock of the receipts does not name its holder");
        }
    }

    /// Who has it, as far as can be told, and closes the channel.
    private static String holder(FileChannel channel) throws IOException {
        try (channel) {
            ByteBuffer said = ByteBuffer.allocate(PID_BYTES_MAX);
            channel.read(said, 0);
            String pid = new String(said.array(), 0, said.position(), StandardCharsets.US_ASCII).strip();
            return pid.matches("[0-9]+") ? "process " + pid : "another process";
        }
    }

    @Override
    public void close() {
        try {
            channel.close(); // The file stays: removing it would let two lock two files of one name.
        } catch (IOException e) {
            throw new IllegalStateException("the lock cannot be given back", e);
        }
    }
}

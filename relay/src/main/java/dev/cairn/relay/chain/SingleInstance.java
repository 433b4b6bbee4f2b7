package dev.cairn.relay.chain;

import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The promise that one relay writes in a data directory: an exclusive lock on `relay.lock`, held until
/// closed or until the process ends, however it ends. Take it before anything else is touched.
///
/// Whoever removes the file does not lift the promise: its holder looks for it all the time and puts it back, locked,
/// and who finds logs in the directory but no such file gives a holder the time to do so.
public final class SingleInstance implements AutoCloseable {

    private static final String FILE = "relay.lock";
    private static final String LOGS = "*.jsonl";
    private static final int MODE = 0600;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration PATIENCE = LOOK_EVERY.multipliedBy(4);

    private static final Logger LOG = LoggerFactory.getLogger(SingleInstance.class);

    private final GuardedFile file;
    private final Thread watch;
    private Held held;
    private String told = "";
    private boolean closed;

    /// A file that is locked, as it was then.
    private record Held(FileChannel channel, FileLock lock, UnixAttributes file) {}

    private SingleInstance(GuardedFile file, Held held) {
        this.file = file;
        this.held = held;
        this.watch = Thread.ofPlatform().daemon().name("cairn-lock").unstarted(this::watch);
    }

    /// @throws StartRefusedException if another relay runs there, or the directory is not safe
    public static SingleInstance acquire(Path dataDir) {
        GuardedFile file = new GuardedFile(dataDir, FILE);
        awaitHolder(file);
        SingleInstance taken = new SingleInstance(file, take(file));
        taken.watch.start();
        return taken;
    }

    /// Where logs are, a relay has been, and the file it locks stays behind.
    private static void awaitHolder(GuardedFile file) {
        if (file.exists() || !hasLogs(file.directory())) {
            return;
        }
        LOG.atWarn().addKeyValue("file", file.path()).log("the lock is missing; a relay that runs puts it back");
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted at the start", e);
        }
    }

    private static boolean hasLogs(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, LOGS)) {
            return logs.iterator().hasNext();
        } catch (IOException e) {
            throw GuardedFile.unusable(directory, e);
        }
    }

    private static Held take(GuardedFile file) {
        FileChannel channel = file.openOrCreate(MODE, StandardOpenOption.WRITE);
        Held held = null;
        try {
            FileLock lock = tryLock(channel);
            held = lock == null ? null : new Held(channel, lock, file.check());
        } catch (IOException e) {
            throw GuardedFile.unusable(file.path(), e);
        } finally {
            if (held == null) {
                close(channel);
            }
        }
        if (held == null) {
            throw new DirectoryInUseException(file.path());
        }
        return held;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // Held in this very process.
        }
    }

    private void watch() {
        try {
            while (look()) {
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    /// Puts the file back if it is not where it was; `false` once that is over.
    private synchronized boolean look() {
        if (closed) {
            return false;
        }
        if (!isInPlace() && Files.isDirectory(file.directory())) { // Without the directory there is nothing to guard.
            putBack();
        }
        return true;
    }

    private boolean isInPlace() {
        try {
            return UnixAttributes.of(file.path()).isSameFile(held.file());
        } catch (IOException _) {
            return false;
        }
    }

    private void putBack() {
        try {
            Held lost = held;
            held = take(file);
            close(lost.channel());
            told = "";
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .log("the lock was moved, replaced or deleted; it is there again");
        } catch (StartRefusedException e) {
            lockAgain();
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(told) && !isInPlace()) {
                told = reason;
                LOG.atError().addKeyValue("reason", reason).log("nothing keeps other relays from this data directory");
            }
        }
    }

    /// What was opened and closed meanwhile may have been the very file that is locked, back in its place: when
    /// any channel of a file is closed, the system lets go of all locks that the process has on it.
    private void lockAgain() {
        try {
            held.lock().release();
            FileLock lock = tryLock(held.channel());
            if (lock == null) {
                LOG.atError().addKeyValue("file", file.path()).log("another relay has taken the lock");
            } else {
                held = new Held(held.channel(), lock, held.file());
            }
        } catch (IOException e) {
            LOG.atError().setCause(e).addKeyValue("file", file.path()).log("the lock cannot be taken again");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        watch.interrupt();
        close(held.channel()); // The file stays: removing it would let two relays lock two files of one name.
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("a lock cannot be given back before the relay ends");
        }
    }
}

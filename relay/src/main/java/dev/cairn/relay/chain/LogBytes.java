package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.AuditVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bytes of a log, read from front to back.
///
/// The newest ones are read from the disk and not from the system's cache, where the file system can: after a
/// sync that failed the cache may hold what the disk does not.
final class LogBytes {

    private static final int CHUNK = 1024 * 1024;
    private static final int NEWEST = 4 * CHUNK;

    private static final Logger LOG = LoggerFactory.getLogger(LogBytes.class);

    private final GuardedFile file;
    private final FileChannel cached;

    LogBytes(GuardedFile file, FileChannel cached) {
        this.file = file;
        this.cached = cached;
    }

    /// Has `verifier` see the bytes from `from` up to `to`, the newest past the cache.
    ///
    /// @throws StartGivenUpException if that is wished meanwhile
    void feed(AuditVerifier verifier, long from, long to, BooleanSupplier isGivenUp) throws IOException {
        long newest = Math.max(from, to - NEWEST);
        feedCached(verifier, from, newest, () -> !verifier.isHopeless() && !isGivenUp.getAsBoolean());
        if (isGivenUp.getAsBoolean()) {
            throw new StartGivenUpException();
        }
        feedFromDisk(verifier, newest, to);
    }

    /// Has `verifier` see the bytes from `from` up to `to`, as long as `goOn` says so, which is asked once
    /// per chunk.
    void feedCached(AuditVerifier verifier, long from, long to, BooleanSupplier goOn) throws IOException {
        feed(cached, verifier, from, to, goOn);
    }

    /// The same for any log that is open.
    static void feed(FileChannel log, AuditVerifier verifier, long from, long to, BooleanSupplier goOn)
            throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(to - from, 1))];
        long at = from;
        while (at < to && goOn.getAsBoolean()) {
            int size = (int) Math.min(chunk.length, to - at);
            readFully(log, ByteBuffer.wrap(chunk, 0, size), at);
            verifier.accept(chunk, 0, size);
            at += size;
        }
    }

    private void feedFromDisk(AuditVerifier verifier, long from, long to) throws IOException {
        if (from == to) {
            return;
        }
        byte[] newest = new byte[Math.toIntExact(to - from)];
        try (FileChannel disk = file.open(StandardOpenOption.READ, direct())) {
            int block = Math.toIntExact(Files.getFileStore(file.path()).getBlockSize());
            long start = from / block * block;
            int span = Math.toIntExact((to - start + block - 1) / block * block);
            ByteBuffer aligned =
                    ByteBuffer.allocateDirect(span + block).alignedSlice(block).limit(span);
            while (start + aligned.position() < to && disk.read(aligned, start + aligned.position()) > 0) {
                // A short read ends at a multiple of the block, or at the end of the file.
            }
            aligned.get(Math.toIntExact(from - start), newest);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.atDebug().setCause(e).log("the newest bytes are read through the cache");
            readFully(cached, ByteBuffer.wrap(newest), from);
        }
        verifier.accept(newest, 0, newest.length);
    }

    /// `ExtendedOpenOption.DIRECT`, by name: it is documented, but the compiler lets nobody use it without a
    /// warning.
    private static OpenOption direct() {
        try {
            for (Object option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option instanceof OpenOption found && option.toString().equals("DIRECT")) {
                    return found;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException(e);
        }
        throw new UnsupportedOperationException("no direct reads");
    }

    /// The bytes from `from` up to `to`.
    byte[] read(long from, long to) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        readFully(cached, ByteBuffer.wrap(bytes), from);
        return bytes;
    }

    private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, position);
            if (read < 0) {
                throw new IOException("the log became shorter while it was read");
            }
            position += read;
        }
    }
}

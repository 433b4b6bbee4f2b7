package dev.cairn.relay.seal;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of lines that only grows, one durable line at a time, and that nobody but us writes
/// (`specs/audit-relay.md` 4).
///
/// A line that got in only in part is left as it is; the next one begins behind a newline, so that readers
/// find both where they end. Blocking; one thread at a time.
final class LineFile implements AutoCloseable {

    private final OwnFile file;
    private final FileChannel channel;
    private final UnixAttributes opened;
    private long size;
    private boolean terminated;

    private LineFile(OwnFile file, FileChannel channel, UnixAttributes opened, long size, boolean terminated) {
        this.file = file;
        this.channel = channel;
        this.opened = opened;
        this.size = size;
        this.terminated = terminated;
    }

    /// Opens the file `name` in the data directory, which it makes with `mode` (permission bits) if it is
    /// missing.
    ///
    /// @throws IOException if it is not ours, could be changed by others, or cannot be used
    static LineFile open(Path directory, String name, int mode) throws IOException {
        OwnFile file = new OwnFile(directory, name, OwnFile.Access.READ);
        if (!file.exists()) {
            file.create(mode).close();
            OwnFile.syncDirectory(directory);
        }
        FileChannel channel = file.open(StandardOpenOption.APPEND);
        try (FileChannel reading = file.open(StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer last = ByteBuffer.allocate(1);
            boolean empty = size == 0 || reading.read(last, size - 1) < 1;
            return new LineFile(file, channel, file.check(), size, empty || last.get(0) == '\n');
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return file.path();
    }

    /// Opens the same file for reading.
    FileChannel reader() throws IOException {
        return file.open(StandardOpenOption.READ);
    }

    /// Ends a last line that has no newline, and says whether there was one.
    boolean repair() throws IOException {
        if (terminated) {
            return false;
        }
        append("");
        return true;
    }

    /// Adds a line, and returns when it is durable.
    ///
    /// @throws IOException if it is not in the file, or not all of it; its message names no path
    /// @throws UnsyncedException if nobody knows
    void append(String line) throws IOException {
        checkPlace();
        String text = (terminated ? "" : "\n") + line + (line.isEmpty() ? "" : "\n");
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        String failure = write(bytes);
        int stored = sync();
        if (stored > 0) {
            terminated = bytes.get(stored - 1) == '\n';
        }
        boolean lacksNewlineAtMost = stored >= bytes.capacity() - 1; // A reader would count the line as well.
        if (!lacksNewlineAtMost) {
            throw new IOException("the line got in only in part: " + failure);
        }
    }

    private void checkPlace() throws IOException {
        if (!isWhereItWas()) {
            throw new IOException(file.name() + " was moved, replaced or deleted");
        }
        if (channel.size() != size) {
            throw new IOException("another process writes to " + file.name());
        }
    }

    private boolean isWhereItWas() {
        try {
            return UnixAttributes.of(file.path()).isSameFile(opened);
        } catch (IOException _) {
            return false; // Its message would name the path.
        }
    }

    private String write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// How many of the bytes got in.
    private int sync() {
        try {
            channel.force(false);
            int stored = (int) (channel.size() - size);
            size += stored;
            return stored;
        } catch (IOException e) {
            throw new UnsyncedException(file.name(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

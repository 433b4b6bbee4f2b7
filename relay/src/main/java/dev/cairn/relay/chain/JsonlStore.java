package dev.cairn.relay.chain;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.file.WrittenPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A log file that only grows: one write and one fdatasync per append, never rotated, truncated or
/// rewritten, because readers keep byte offsets (`specs/audit-relay.md` 4.1).
///
/// The descriptor is held for the life of the relay. One thread at a time.
public final class JsonlStore implements ChainStore {

    private final GuardedFile file;
    private final UnixAttributes opened;
    private final FileChannel channel;
    private final WrittenPages pages;
    private long size;

    private JsonlStore(GuardedFile file, UnixAttributes opened, FileChannel channel, long size) {
        this.file = file;
        this.opened = opened;
        this.channel = channel;
        this.size = size;
        this.pages = new WrittenPages(file.path(), size);
    }

    /// Opens the log `name` in `directory`, which it makes with `mode` (permission bits) if it is missing.
    ///
    /// @throws StartRefusedException if what is there could be changed by others, or is not ours
    public static JsonlStore open(Path directory, String name, int mode) {
        GuardedFile file = new GuardedFile(directory, name);
        FileChannel channel = file.openOrCreate(mode, StandardOpenOption.APPEND);
        try {
            return new JsonlStore(file, file.check(), channel, channel.size());
        } catch (IOException e) {
            throw GuardedFile.unusable(file.path(), e);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Outcome append(ByteBuffer lines) {
        try {
            long before = channel.size();
            if (before != size) {
                throw new UnknownFateException("the log has " + before + " bytes where the relay left " + size
                        + ": another process writes to it");
            }
            return write(lines);
        } catch (IOException e) {
            throw new UnknownFateException("the log cannot be synced: " + e.getMessage(), e);
        }
    }

    private Outcome write(ByteBuffer lines) throws IOException {
        String failure = "";
        int wanted = lines.remaining();
        try {
            while (lines.hasRemaining()) {
                channel.write(lines); // May be short, on a full disk; the next one then says why.
            }
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
        channel.force(false);
        long stored = channel.size() - size; // The file knows; a failed write may have moved it.
        if (stored < 0 || stored > wanted) {
            throw new UnknownFateException("the log grew by " + stored + " bytes where the relay wrote " + wanted
                    + ": another process writes to it");
        }
        size += stored;
        pages.grewTo(size);
        return stored == wanted ? new Outcome.Stored() : new Outcome.Cut(stored, failure);
    }

    @Override
    public boolean isInPlace() {
        try {
            return UnixAttributes.of(file.path()).isSameFile(opened);
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        pages.close();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnknownFateException("the log cannot be closed: " + e.getMessage(), e);
        }
    }
}

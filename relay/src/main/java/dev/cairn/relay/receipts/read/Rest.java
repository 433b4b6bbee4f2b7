package dev.cairn.relay.receipts.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A database file that nobody has open for writing, as it was found: it is read without a lock and without files of
/// SQLite's own beside it, so that a copy can lie where nobody may write.
///
/// @param file the file itself, behind all links
record Rest(Path file, FileTime modified, long size) {

    /// A file that has no log of a writer beside it; null when it has, or cannot be looked at.
    static @Nullable Rest of(Path file) {
        try {
            Path real = file.toRealPath();
            Rest found = new Rest(real, Files.getLastModifiedTime(real), Files.size(real));
            return found.hasLog() ? null : found;
        } catch (IOException _) {
            return null;
        }
    }

    /// Whether what was read up to now is of one state of the file: a writer makes its log before it changes
    /// anything.
    boolean lasts() {
        try {
            return !hasLog()
                    && Files.size(file) == size
                    && Files.getLastModifiedTime(file).equals(modified);
        } catch (IOException _) {
            return false;
        }
    }

    private boolean hasLog() {
        return Stream.of("-wal", "-journal")
                .anyMatch(log -> Files.exists(file.resolveSibling(file.getFileName() + log)));
    }
}

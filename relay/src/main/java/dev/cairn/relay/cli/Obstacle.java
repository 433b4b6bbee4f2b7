package dev.cairn.relay.cli;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// What keeps a command's user from a path that may well be there: to those who may not look, the system's answer is
/// much the same as when nothing is there.
///
/// @param path what was asked for
/// @param at what is closed to this user: a directory on the way, or the path itself
record Obstacle(Path path, Path at) {

    /// What keeps this user from seeing whether the path is there; null for nothing.
    static @Nullable Obstacle onTheWayTo(Path path) {
        Path absolute = path.toAbsolutePath();
        try {
            Files.readAttributes(absolute, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return null;
        } catch (AccessDeniedException _) {
            return new Obstacle(path, closed(absolute));
        } catch (IOException _) {
            return null; // It is not there, or nobody could tell.
        }
    }

    /// What keeps this user from reading the path; null for nothing, also where nothing is.
    static @Nullable Obstacle toReading(Path path) {
        Obstacle before = onTheWayTo(path);
        boolean isClosed = before == null && Files.exists(path) && !Files.isReadable(path);
        return isClosed ? new Obstacle(path, path) : before;
    }

    private static Path closed(Path absolute) {
        Path closed = absolute;
        for (Path directory = absolute.getParent(); directory != null; directory = directory.getParent()) {
            if (!Files.isExecutable(directory)) {
                closed = directory; // The topmost one counts: what is below it cannot be seen.
            }
        }
        return closed;
    }

    /// What is wrong, for instance `/d/x may not be read by this user (uid 1000): /d is closed to it`.
    String problem() {
        return path + " may not be read by " + user() + (at.equals(path) ? "" : ": " + at + " is closed to it");
    }

    /// The reason alone, for instance `/d is closed to this user (uid 1000)`.
    String why() {
        return at + " is closed to " + user();
    }

    /// What to do.
    String remedy() {
        if (isOwn()) {
            return "Open it to yourself: chmod " + (Files.isDirectory(at) ? "u+rx " : "u+r ") + at;
        }
        String owner = owner();
        return "Run this as " + owner + ", for instance with sudo" + (owner.equals("root") ? "" : " -u " + owner);
    }

    /// Likewise, of what is for the readers of receipts too.
    String remedyForReaders() {
        return isOwn()
                ? remedy()
                : remedy() + ", or as a member of the group that may read receipts (receipts.read_group)";
    }

    private boolean isOwn() {
        try {
            return Integer.valueOf((int) uid()).equals(Files.getAttribute(at, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    private String owner() {
        try {
            return Files.getOwner(at, LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException | UnsupportedOperationException _) {
            return "root";
        }
    }

    private static String user() {
        return "this user (uid " + uid() + ")";
    }

    private static long uid() {
        return new UnixSystem().getUid();
    }
}

package dev.cairn.protocol.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the file system says of a path.
public record UnixAttributes(long device, long inode, int mode, int links, long uid) {

    private static final String VIEW = "unix:dev,ino,mode,nlink,uid";
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int OPEN_TO_OTHERS = 0077;
    private static final int TRIES_MAX = 100;

    /// Of what the path names itself, be it a link. What has no name any more was replaced in this very moment:
    /// then of what took its place.
    public static UnixAttributes of(Path path) throws IOException {
        UnixAttributes found = of(Files.readAttributes(path, VIEW, LinkOption.NOFOLLOW_LINKS));
        for (int tries = 1; found.links == 0 && tries < TRIES_MAX; tries++) {
            found = of(Files.readAttributes(path, VIEW, LinkOption.NOFOLLOW_LINKS));
        }
        return found;
    }

    /// Of what the path leads to.
    public static UnixAttributes ofTarget(Path path) throws IOException {
        return of(Files.readAttributes(path, VIEW));
    }

    private static UnixAttributes of(Map<String, Object> found) {
        return new UnixAttributes(
                number(found.get("dev")),
                number(found.get("ino")),
                (int) number(found.get("mode")),
                (int) number(found.get("nlink")),
                number(found.get("uid")));
    }

    private static long number(@Nullable Object attribute) {
        return attribute instanceof Number number ? number.longValue() : -1;
    }

    public boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    public boolean isSymbolicLink() {
        return (mode & TYPE) == SYMBOLIC_LINK;
    }

    /// Whether group or world may write it.
    public boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_OTHERS) != 0;
    }

    /// Whether group or world may do anything with it.
    public boolean isOpenToOthers() {
        return (mode & OPEN_TO_OTHERS) != 0;
    }

    /// Whether others may replace what is in this directory: they may write it, and no sticky bit forbids to
    /// touch what is not theirs.
    public boolean isOpenToReplacement() {
        return isWritableByOthers() && (mode & STICKY) == 0;
    }

    public boolean isSameFile(UnixAttributes other) {
        return device == other.device && inode == other.inode;
    }

    /// Whether it is the same file with the same mode, links and owner. Equality says the same; but what the
    /// compiler makes for a record is linked at run time, in the way of a start.
    public boolean isUnchangedSince(UnixAttributes earlier) {
        return isSameFile(earlier) && mode == earlier.mode && links == earlier.links && uid == earlier.uid;
    }
}

package dev.cairn.relay.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the file system says of a path.
record UnixAttributes(long device, long inode, int mode, int links, long uid) {

    private static final String VIEW = "unix:dev,ino,mode,nlink,uid";
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    /// Of what the path names itself, be it a link.
    static UnixAttributes of(Path path) throws IOException {
        return of(Files.readAttributes(path, VIEW, LinkOption.NOFOLLOW_LINKS));
    }

    /// Of what the path leads to.
    static UnixAttributes ofTarget(Path path) throws IOException {
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

    boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean isSymbolicLink() {
        return (mode & TYPE) == SYMBOLIC_LINK;
    }

    /// Whether group or world may write it.
    boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_OTHERS) != 0;
    }

    boolean isSameFile(UnixAttributes other) {
        return device == other.device && inode == other.inode;
    }
}

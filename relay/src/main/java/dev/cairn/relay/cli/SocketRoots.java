package dev.cairn.relay.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The directories in which a socket that the environment names may be (`specs/receipts.md` 1.1): elsewhere,
/// others could put their own in its place.
final class SocketRoots {

    private static final Pattern TCP = Pattern.compile("(?i)tcp[46]?://.*|[^/]*:[0-9]+");

    private final List<Path> roots = new ArrayList<>();

    SocketRoots(Surroundings surroundings, boolean isMac) {
        if (isMac) {
            roots.add(Path.of("/var/run"));
            add(surroundings.variable("TMPDIR"), "");
            String data = surroundings.variable("XDG_DATA_HOME");
            if (data != null && data.startsWith("/")) {
                add(data, "agent-receipts");
            } else {
                add(surroundings.variable("HOME"), ".local/share/agent-receipts");
            }
        } else {
            roots.add(Path.of("/run"));
            roots.add(Path.of("/var/run"));
            add(surroundings.variable("XDG_RUNTIME_DIR"), "");
        }
    }

    static boolean looksLikeTcp(String text) {
        return TCP.matcher(text).matches();
    }

    /// Why a path is none for a socket: it is not inside one of them, links resolved, or nobody can tell.
    /// Null when it is one.
    @Nullable
    String objection(Path path) {
        String directories = "the directories for sockets ("
                + roots.stream().map(Path::toString).collect(Collectors.joining(", ")) + ")";
        try {
            Path real = resolved(path);
            return roots.stream().anyMatch(root -> holds(root, real))
                    ? null
                    : "it is outside " + directories + ", where others could replace it";
        } catch (IOException e) {
            Obstacle obstacle = Obstacle.onTheWayTo(path);
            String why = obstacle == null ? NamedFile.reason(e) : obstacle.why();
            return "whether it is inside " + directories + " cannot be told: " + why;
        }
    }

    /// A root that cannot be resolved holds nothing.
    private static boolean holds(Path root, Path real) {
        try {
            Path realRoot = resolved(root);
            return real.startsWith(realRoot) && !real.equals(realRoot);
        } catch (IOException _) {
            return false;
        }
    }

    private void add(@Nullable String directory, String below) {
        if (directory != null && directory.startsWith("/")) {
            roots.add(Path.of(directory).resolve(below).normalize());
        }
    }

    /// The path with all links of what exists of it followed.
    private static Path resolved(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path there = absolute; there != null; there = there.getParent()) {
            if (exists(there)) {
                if (!there.equals(absolute) && !Files.isDirectory(there)) {
                    throw new FileSystemException(there.toString(), null, there + " is no directory");
                }
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            }
        }
        return absolute;
    }

    /// Fails where that cannot be told.
    private static boolean exists(Path path) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }
}

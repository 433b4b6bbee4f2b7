package dev.cairn.relay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file that a command's user names: read, or refused in one wording.
final class NamedFile {

    private static final int BYTES_MAX = 1 << 20;

    private NamedFile() {}

    /// What it holds from its beginning to its end, once; it may be a pipe.
    static InputStream open(Path file) {
        checkReadable(file);
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw refusal(file, e);
        }
    }

    /// All of a configuration, which is small: what is longer is something else.
    static byte[] read(Path file) {
        check(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw refusal(file, "it is longer than 1 MiB");
            }
            return content;
        } catch (IOException e) {
            throw refusal(file, e);
        }
    }

    /// Refuses what is no regular file: a reader would notice a directory later and say it worse, and wait at
    /// a pipe or a device without end.
    static void check(Path file) {
        checkReadable(file);
        if (!Files.isRegularFile(file)) {
            throw refusal(file, "it is not a regular file");
        }
    }

    private static void checkReadable(Path file) {
        if (Files.isDirectory(file)) {
            throw refusal(file, "it is a directory");
        }
        Obstacle obstacle = Obstacle.toReading(file);
        if (obstacle != null) {
            throw refusal(obstacle);
        }
        if (!Files.exists(file)) {
            throw refusal(file, "no such file");
        }
    }

    /// Whether it is there.
    ///
    /// @throws CommandFailedException if this user may not know
    static boolean exists(Path file) {
        checkWay(file);
        return Files.exists(file);
    }

    /// Refuses what this user may not look at, and so could be taken for absent.
    static void checkWay(Path file) {
        Obstacle obstacle = Obstacle.onTheWayTo(file);
        if (obstacle != null) {
            throw refusal(obstacle);
        }
    }

    private static CommandFailedException refusal(Obstacle obstacle) {
        return CommandFailedException.usage(obstacle.problem(), obstacle.remedy());
    }

    static CommandFailedException refusal(Path file, IOException cause) {
        return refusal(file, reason(cause));
    }

    static CommandFailedException refusal(Path file, String why) {
        return CommandFailedException.usage("cannot read " + file + ": " + why);
    }

    /// Why an operation on a file failed; Java's own message is often nothing but the path.
    static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file is there";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(cause.getMessage());
        };
    }
}

package dev.cairn.protocol.receipt.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A directory that only its owner may write, and modes as `ls` shows them.
final class KeyDirectory {

    private KeyDirectory() {}

    static Path in(Path temporary) throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("receipts"));
        setMode(directory, "rwxr-x---");
        return directory;
    }

    static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }
}

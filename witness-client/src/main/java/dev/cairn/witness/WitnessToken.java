package dev.cairn.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// The bearer token that a witness asks for. Never printed: neither here nor in a message of ours.
public final class WitnessToken {

    /// Characters of the longest token.
    public static final int LENGTH_MAX = 4096;

    private final String secret;

    private WitnessToken(String secret) {
        this.secret = secret;
    }

    /// @throws IllegalArgumentException if it is empty, too long, or not printable ASCII without blanks
    public static WitnessToken of(String secret) {
        boolean isPrintable = secret.chars().allMatch(unit -> unit > 0x20 && unit < 0x7F);
        if (secret.isEmpty() || secret.length() > LENGTH_MAX || !isPrintable) {
            throw new IllegalArgumentException(
                    "expected a token of 1 to " + LENGTH_MAX + " printable characters without blanks");
        }
        return new WitnessToken(secret);
    }

    /// Reads a token from a file, white space around it left out. Links are followed, as mounted secrets are
    /// links; a
    /// file that every user may use is refused.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static WitnessToken read(Path file) throws IOException {
        if (!Files.isRegularFile(file) && Files.exists(file)) {
            throw new FileSystemException(file.toString(), null, "it is not a regular file");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new FileSystemException(file.toString(), null, "every user may use it; its mode must be 0600");
        }
        if (Files.size(file) > LENGTH_MAX) {
            throw new FileSystemException(file.toString(), null, "it is too large");
        }
        try {
            return of(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IllegalArgumentException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    /// The value of the header `Authorization`.
    String authorization() {
        return "Bearer " + secret;
    }

    @Override
    public String toString() {
        return "token";
    }
}

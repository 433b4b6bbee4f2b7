package dev.cairn.witness;

import dev.cairn.protocol.file.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

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

    /// Reads a token from a [SecretFile], white space around it left out.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static WitnessToken read(Path file) throws IOException {
        String text = new String(SecretFile.read(file, LENGTH_MAX), StandardCharsets.ISO_8859_1);
        try {
            return of(text.strip());
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

package dev.cairn.protocol.seal;

import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Why a keyring cannot be used as it is. The message names the file and what to do, and is meant for whoever
/// runs the machine; [#publicText] names neither path nor user and may be told to clients. Neither holds
/// anything of a key.
public final class KeyringException extends IOException {

    private static final long serialVersionUID = 1;

    private final String publicText;

    private KeyringException(String message, String publicText) {
        super(message);
        this.publicText = publicText;
    }

    /// @param subject the file or directory in words that clients may read
    /// @param problem the rest of a sentence that begins with it
    static KeyringException of(Path file, String subject, String problem, String remedy) {
        return new KeyringException(file + ": " + problem + "\n" + remedy, subject + " " + trimmed(problem));
    }

    static KeyringException of(Path file, String subject, IOException cause) {
        return switch (cause) {
            case KeyringException same -> same;
            case UnsafeFileException unsafe ->
                new KeyringException(String.valueOf(unsafe.getMessage()), subject + " is not safe to use");
            case NoSuchFileException _ -> of(file, subject, "does not exist.", "Put it back, or rotate the keys.");
            default -> {
                // Its message may name the path and the system's error, but never what is in the file.
                String problem = "cannot be used: " + cause.getMessage();
                yield new KeyringException(
                        file + ": " + problem + "\nCheck the path, its permissions and the disk.",
                        subject + " cannot be used");
            }
        };
    }

    /// What a client may know.
    public String publicText() {
        return publicText;
    }

    private static String trimmed(String problem) {
        return problem.endsWith(".") ? problem.substring(0, problem.length() - 1) : problem;
    }
}

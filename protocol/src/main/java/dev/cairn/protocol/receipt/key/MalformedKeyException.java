package dev.cairn.protocol.receipt.key;

import java.io.IOException;
import java.nio.file.Path;

/// Why what is in a file is not the key that it should be. The message names the file and what to do, never its
/// content.
public final class MalformedKeyException extends IOException {

    private static final long serialVersionUID = 1;

    private final String problem;

    MalformedKeyException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "\n" + remedy);
        this.problem = problem;
    }

    /// What is wrong: the rest of a sentence that begins with the file.
    public String problem() {
        return problem;
    }
}

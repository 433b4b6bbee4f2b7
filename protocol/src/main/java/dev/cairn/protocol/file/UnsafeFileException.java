package dev.cairn.protocol.file;

import java.io.IOException;
import java.nio.file.Path;

/// Why a file or directory must not be used as it is. The message names it and is meant for whoever runs the
/// machine; [#problem] names no path, so that it may be told to others.
public final class UnsafeFileException extends IOException {

    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final String problem;
    private final String remedy;

    public UnsafeFileException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "\n" + remedy);
        this.file = file;
        this.problem = problem;
        this.remedy = remedy;
    }

    public Path file() {
        return file;
    }

    /// What is wrong: the rest of a sentence that begins with the file.
    public String problem() {
        return problem;
    }

    /// What to do about it; may name the path.
    public String remedy() {
        return remedy;
    }
}

package dev.cairn.relay.chain;

import java.nio.file.Path;

/// Why a relay may not start on these files: the message names the file, what is wrong and what to do, and is
/// meant for the operator as it stands.
public sealed class StartRefusedException extends RuntimeException permits DirectoryInUseException {

    private static final long serialVersionUID = 1;

    StartRefusedException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "\n" + remedy);
    }

    StartRefusedException(Path file, String problem, String remedy, Throwable cause) {
        super(file + ": " + problem + "\n" + remedy, cause);
    }
}

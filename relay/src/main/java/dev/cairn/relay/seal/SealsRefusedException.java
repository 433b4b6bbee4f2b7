package dev.cairn.relay.seal;

import java.nio.file.Path;

/// Why a relay may not go on with its log beside these seals: the message names the file, what is wrong and
/// what to do, and is meant for the operator as it stands.
public final class SealsRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    SealsRefusedException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "\n" + remedy);
    }
}

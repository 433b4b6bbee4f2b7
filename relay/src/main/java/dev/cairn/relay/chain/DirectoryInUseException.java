package dev.cairn.relay.chain;

import java.nio.file.Path;

/// Another relay runs on this data directory.
public final class DirectoryInUseException extends StartRefusedException {

    private static final long serialVersionUID = 1;

    DirectoryInUseException(Path lock) {
        super(
                lock,
                "is locked: another relay runs on this data directory.",
                "Stop it first, or name another data directory.");
    }
}

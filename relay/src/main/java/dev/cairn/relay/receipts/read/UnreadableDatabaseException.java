package dev.cairn.relay.receipts.read;

import java.io.IOException;
import java.nio.file.Path;

/// Why a file cannot be read as a store of receipts: the message names it and is meant for whoever named it.
public final class UnreadableDatabaseException extends IOException {

    private static final long serialVersionUID = 1;

    private final String remedy;

    UnreadableDatabaseException(Path file, String problem, String remedy) {
        super("cannot read " + file + ": " + problem);
        this.remedy = remedy;
    }

    /// What to do; empty when there is nothing to propose.
    public String remedy() {
        return remedy;
    }
}

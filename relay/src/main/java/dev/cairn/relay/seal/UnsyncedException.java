package dev.cairn.relay.seal;

import java.io.IOException;

/// A file could not be synced: nobody knows what of it is durable, and only a restart can find out.
final class UnsyncedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnsyncedException(String file, IOException cause) {
        super(file + " cannot be synced: " + cause.getMessage(), cause);
    }
}

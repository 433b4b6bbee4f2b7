package dev.cairn.relay.ingress;

import java.nio.file.Path;

/// A socket path on which the relay cannot listen: the message names the path and says why, and nothing was
/// changed there.
public final class SocketRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    SocketRefusedException(Path path, String reason) {
        super(path + ": " + reason);
    }

    SocketRefusedException(Path path, String reason, Exception cause) {
        super(path + ": " + reason, cause);
    }
}

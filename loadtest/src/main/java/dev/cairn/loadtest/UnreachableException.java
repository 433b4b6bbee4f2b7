package dev.cairn.loadtest;

import java.io.IOException;

/// The relay is not there or did not start.
final class UnreachableException extends IOException {

    private static final long serialVersionUID = 1;

    UnreachableException(String message) {
        super(message);
    }

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.cairn.protocol.receipt;

/// Ends the reading of a frame at the first check that fails; never leaves this package.
final class RefusedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// @param problem in words of ours
    RefusedFrameException(String problem) {
        super(problem, null, false, false); // Thrown for hostile input: no stack trace is collected.
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}

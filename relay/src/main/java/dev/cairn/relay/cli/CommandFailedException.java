package dev.cairn.relay.cli;

import java.nio.file.Path;

/// Ends a command with a message for its user and an exit code.
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String text;

    private CommandFailedException(int exitCode, String message) {
        super(message, null, false, false); // It is no defect, so nobody wants its stack trace.
        this.exitCode = exitCode;
        this.text = message;
    }

    static CommandFailedException failed(String message) {
        return new CommandFailedException(ExitCode.FAILED, message);
    }

    static CommandFailedException usage(String message) {
        return new CommandFailedException(ExitCode.USAGE, message);
    }

    static CommandFailedException unreachable(String message) {
        return new CommandFailedException(ExitCode.UNREACHABLE, message);
    }

    static CommandFailedException unreachable(Path socket, String why) {
        return unreachable("no relay answers at " + socket + ": " + why + "\nStart one with: cairn up");
    }

    /// What its user reads.
    String text() {
        return text;
    }

    int exitCode() {
        return exitCode;
    }
}

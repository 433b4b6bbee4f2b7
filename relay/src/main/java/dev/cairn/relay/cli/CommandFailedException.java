package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import org.jspecify.annotations.Nullable;

/// Ends a command with a message for its user and an exit code.
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String error;
    private final String remedy;
    private final transient @Nullable JsonText answer;

    private CommandFailedException(int exitCode, String error, String remedy, @Nullable JsonText answer) {
        super(error, null, false, false); // It is no defect, so nobody wants its stack trace.
        this.exitCode = exitCode;
        this.error = error;
        this.remedy = remedy;
        this.answer = answer;
    }

    static CommandFailedException failed(String error) {
        return failed(error, "");
    }

    static CommandFailedException failed(String error, String remedy) {
        return new CommandFailedException(ExitCode.FAILED, error, remedy, null);
    }

    static CommandFailedException usage(String error) {
        return usage(error, "");
    }

    static CommandFailedException usage(String error, String remedy) {
        return new CommandFailedException(ExitCode.USAGE, error, remedy, null);
    }

    static CommandFailedException unreachable(String error, String remedy) {
        return new CommandFailedException(ExitCode.UNREACHABLE, error, remedy, null);
    }

    /// The same, with the members that the command's JSON has beside `error`.
    ///
    /// @param members to which `error`, `remedy` and `exit_code` are added
    CommandFailedException answering(JsonText members) {
        return new CommandFailedException(exitCode, error, remedy, members);
    }

    /// What its user reads: what is wrong and, on a line of its own, what to do.
    String text() {
        return remedy.isEmpty() ? error : error + "\n" + remedy;
    }

    String error() {
        return error;
    }

    /// What to do; empty when there is nothing to propose.
    String remedy() {
        return remedy;
    }

    int exitCode() {
        return exitCode;
    }

    /// What a program reads.
    JsonText toJson() {
        JsonText json = answer == null ? JsonText.object().put("ok", false) : answer;
        json.put("error", error);
        if (!remedy.isEmpty()) {
            json.put("remedy", remedy);
        }
        return json.put("exit_code", exitCode);
    }
}

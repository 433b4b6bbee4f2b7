package dev.cairn.relay.cli;

/// How a command ends, for scripts.
final class ExitCode {

    static final int GOOD = 0;
    /// A chain that does not hold, or a check that failed.
    static final int FAILED = 1;
    /// A wrong command line, or input that cannot be read.
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    /// A defect of Cairn itself (`EX_SOFTWARE`).
    static final int BUG = 70;

    private ExitCode() {}
}

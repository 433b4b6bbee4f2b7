package dev.cairn.loadtest;

import java.io.PrintStream;

/// The one line that says how a load is going; only on a terminal.
final class Progress {

    private static final int WIDTH = 100;

    private final PrintStream out;
    private final boolean shown;

    /// @param terminal whether `out` is one
    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.shown = terminal;
    }

    /// Overwrites the line.
    void show(String line) {
        if (shown) {
            out.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
            out.flush();
        }
    }

    /// Takes the line away.
    void clear() {
        if (shown) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }
}

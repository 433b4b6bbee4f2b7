package dev.cairn.relay.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/// One changing line on a terminal that tells how far a long piece of work is; silent elsewhere.
final class Progress {

    private static final long REDRAW_NANOS = 100_000_000;
    private static final long SILENT_NANOS = 300_000_000;
    private static final int BAR_WIDTH = 24;

    private final PrintStream err;
    private final boolean shown;
    private final String noun;
    private final LongSupplier nanoTime;
    private final long started;
    private long drawnAt;
    private boolean drawn;

    /// @param noun what is counted, in the plural
    Progress(Surroundings surroundings, String noun) {
        this(surroundings.err(), surroundings.errIsTerminal(), noun, System::nanoTime);
    }

    /// @param shown whether `err` is a terminal
    Progress(PrintStream err, boolean shown, String noun, LongSupplier nanoTime) {
        this.err = err;
        this.shown = shown;
        this.noun = noun;
        this.nanoTime = nanoTime;
        started = nanoTime.getAsLong();
    }

    /// Shows nothing, for work that is short.
    static Progress silent() {
        return new Progress(System.err, false, "", System::nanoTime);
    }

    /// @param done how many things are done
    /// @param share how much of all work that is, 0 to 1; negative when nobody knows
    void at(long done, double share) {
        long now = nanoTime.getAsLong();
        if (!shown || now - started < SILENT_NANOS || now - drawnAt < REDRAW_NANOS) {
            return;
        }
        drawnAt = now;
        drawn = true;
        double seconds = (now - started) / 1e9;
        StringBuilder line = new StringBuilder("\r\u001b[K");
        if (share >= 0) {
            int filled = (int) Math.round(Math.min(share, 1) * BAR_WIDTH);
            line.append('[')
                    .append("=".repeat(filled))
                    .append(" ".repeat(BAR_WIDTH - filled))
                    .append("] ");
            line.append(String.format(Locale.ROOT, "%3.0f %%  ", share * 100));
        }
        line.append(Human.count(done)).append(' ').append(noun);
        line.append(String.format(Locale.ROOT, "  %,.0f/s", done / seconds));
        if (share > 0.01) {
            Duration left = Duration.ofMillis((long) (seconds * (1 - share) / share * 1_000));
            line.append("  ").append(Human.duration(left)).append(" left");
        }
        err.print(line);
        err.flush();
    }

    /// Takes the line away.
    void end() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - started);
    }
}

package dev.cairn.relay.chain;

import java.time.temporal.ChronoUnit;

/// Notices that the wall clock was set: between two looks it went another way than the monotonic clock by
/// more than a second.
final class ClockWatch {

    private static final long TOLERATED_MILLIS = 1_000;

    private Moment last;
    private long stepMillis;

    ClockWatch(Moment now) {
        last = now;
    }

    void look(Moment now) {
        long elapsed = now.uptimeMillis() - last.uptimeMillis();
        long step = last.at().until(now.at(), ChronoUnit.MILLIS) - elapsed;
        if (Math.abs(step) > TOLERATED_MILLIS) {
            stepMillis += step;
        }
        last = now;
    }

    /// How far the clock was set altogether since the last [#clear]; 0 if it was not.
    long stepMillis() {
        return stepMillis;
    }

    void clear() {
        stepMillis = 0;
    }
}

package dev.cairn.relay.chain;

import java.time.Duration;
import java.util.OptionalLong;

/// Decides when a beat becomes a line, and what the line promises (`specs/audit-relay.md` 4.2). Counts in
/// monotonic milliseconds.
///
/// While nothing happens, and if it may, it doubles the time between lines: a reader that looks only for
/// records stalls on a long stretch of heartbeats. A line always says when the next one is due, so that no
/// silence is mistaken for a stopped relay.
final class Pulse {

    private static final int IDLE_BEATS = 10;
    private static final int DOUBLINGS_MAX = 12;
    private static final long LONGEST_MILLIS = Duration.ofHours(1).toMillis();
    /// Beats come by a timer that is never exact; verifiers forgive five seconds.
    private static final long SLACK_MILLIS = 2_000;

    private final long intervalMillis;
    private final boolean idleBackoff;
    private int idleBeats;
    private long records;
    private long lastAt;
    private long lastDue;

    Pulse(Duration interval, boolean idleBackoff) {
        this.intervalMillis = interval.toMillis();
        this.idleBackoff = idleBackoff;
    }

    /// What every line promises that is not an idle beat.
    long intervalMillis() {
        return intervalMillis;
    }

    /// Within what time the line after a beat written now would follow; empty if the next beat is early
    /// enough for the last promise.
    ///
    /// @param count records in the chain
    OptionalLong beat(long now, long count) {
        boolean idle = idleBackoff && count == records;
        boolean promisedLater = lastDue > intervalMillis && now + intervalMillis <= lastAt + lastDue + SLACK_MILLIS;
        if (idle && promisedLater) {
            return OptionalLong.empty();
        }
        int doublings = idle ? Math.clamp(idleBeats + 2L - IDLE_BEATS, 0, DOUBLINGS_MAX) : 0;
        return OptionalLong.of(Math.min(intervalMillis << doublings, Math.max(LONGEST_MILLIS, intervalMillis)));
    }

    /// A beat is in the log.
    void beaten(long now, long dueMillis, long count) {
        int idleBefore = count == records ? idleBeats : -1;
        interrupted(now, dueMillis, count);
        idleBeats = idleBefore + 1;
    }

    /// Another heartbeat line is in the log: something happened.
    void interrupted(long now, long dueMillis, long count) {
        idleBeats = 0;
        records = count;
        lastAt = now;
        lastDue = dueMillis;
    }
}

package dev.cairn.relay.seal;

import dev.cairn.relay.config.AutoSeal;
import java.util.concurrent.TimeUnit;

/// Decides when the chain is sealed and whether that is worth it (`specs/audit-relay.md` 7).
///
/// Times are those of the monotonic clock: whoever sets the other one changes nothing here. No clock, no thread.
final class SealSchedule {

    private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PRESSING_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AutoSeal config;
    private final long intervalNanos;
    private long nextPeriod;
    private long nextTry;
    private long nextPressing;
    private long retryNanos = FIRST_RETRY_NANOS;

    SealSchedule(AutoSeal config, long now) {
        this.config = config;
        this.intervalNanos = TimeUnit.MINUTES.toNanos(config.intervalMinutes());
        this.nextPeriod = now + intervalNanos;
        this.nextTry = nextPeriod;
        this.nextPressing = now;
    }

    /// Whether it is time to look whether a seal is worth it.
    ///
    /// @param pressing whether the store cannot wait for its period; pauses there are, longer ones behind a
    /// failure
    boolean isDue(long now, boolean pressing) {
        boolean isPutOff = nextTry != nextPeriod;
        return config.enabled() && (now - nextTry >= 0 || (pressing && !isPutOff && now - nextPressing >= 0));
    }

    /// Whether a seal over so many new records is worth it.
    boolean isWorth(Occasion occasion, long unsealed) {
        boolean enough = unsealed >= config.minEventsBetweenSeals();
        return switch (occasion) {
            case START -> config.enabled() && config.atStart() && enough;
            case PERIOD -> config.enabled() && (enough || config.evenWhenIdle());
            case STOP -> config.enabled() && config.atStop() && enough;
            case DEMAND -> true;
        };
    }

    /// The seal was made, or was not worth it: the next look is in the next period.
    void done(long now) {
        while (now - nextPeriod >= 0) {
            nextPeriod += intervalNanos;
        }
        nextTry = nextPeriod;
        nextPressing = now + PRESSING_PAUSE_NANOS;
        retryNanos = FIRST_RETRY_NANOS;
    }

    /// It could not be made: again soon, then less and less often.
    void failed(long now) {
        nextTry = now + retryNanos;
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
    }

    /// Why the chain is to be sealed.
    enum Occasion {
        START,
        PERIOD,
        STOP,
        /// Somebody asked for it.
        DEMAND
    }
}

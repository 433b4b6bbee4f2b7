package dev.cairn.relay.witness;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Lets everybody do so much at once and so much in the long run. Knows the newest few thousand senders;
/// whoever comes back after that begins anew.
///
/// Keeps one time for each: when what was let through would have been spread evenly. Not thread-safe.
final class RateLimit {

    static final int SENDERS_MAX = 4_096;

    /// @param perSecond in the long run
    /// @param burst at once
    record Rate(int perSecond, int burst) {

        Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("a rate lets something through: " + perSecond + ", " + burst);
            }
        }
    }

    private final long nanosEach;
    private final long nanosAhead;
    private final LongSupplier nanoTime;
    private final Map<String, Long> spreadUntil = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > SENDERS_MAX;
        }
    };

    RateLimit(Rate rate, LongSupplier nanoTime) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / rate.perSecond();
        this.nanosAhead = nanosEach * (rate.burst() - 1);
        this.nanoTime = nanoTime;
    }

    /// Counts one more of `sender`, unless that is too much: then it returns how long to wait. Zero lets it
    /// through.
    Duration take(String sender) {
        long now = nanoTime.getAsLong();
        Long known = spreadUntil.get(sender);
        long until = known == null || known - now < 0 ? now : known; // Differences: the origin is anywhere.
        if (until - now > nanosAhead) {
            return Duration.ofNanos(until - now - nanosAhead);
        }
        spreadUntil.put(sender, until + nanosEach);
        return Duration.ZERO;
    }
}

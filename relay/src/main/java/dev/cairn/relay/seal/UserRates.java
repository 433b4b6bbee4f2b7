package dev.cairn.relay.seal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Lets each user do so much at once and so much in the long run. Knows the newest few thousand users.
///
/// Keeps one time for each: when what was let through would have been spread evenly. Thread-safe.
final class UserRates {

    private static final int USERS_MAX = 4_096;

    private final long nanosEach;
    private final long nanosAhead;
    private final LongSupplier nanoTime;
    private final Map<Long, Long> spreadUntil = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > USERS_MAX;
        }
    };

    /// @param perSecond in the long run
    /// @param burst at once
    UserRates(int perSecond, int burst, LongSupplier nanoTime) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.nanosAhead = nanosEach * (burst - 1);
        this.nanoTime = nanoTime;
    }

    /// Counts one more, unless that is too much; says whether it is let through.
    synchronized boolean admits(long uid) {
        long now = nanoTime.getAsLong();
        Long spread = spreadUntil.get(uid);
        long until = spread == null || spread - now < 0 ? now : spread; // Differences: the origin is anywhere.
        if (until - now > nanosAhead) {
            return false;
        }
        spreadUntil.put(uid, until + nanosEach);
        return true;
    }
}

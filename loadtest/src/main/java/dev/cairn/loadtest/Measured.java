package dev.cairn.loadtest;

import java.time.Duration;

/// The times of one run: from `startMicros` on the relay warms up, what is sent between `fromMicros` and
/// `toMicros` counts, and the rest is only answered.
record Measured(long startMicros, long fromMicros, long toMicros) {

    static Measured startingAt(long startMicros, Duration warmUp, Duration duration) {
        long from = startMicros + warmUp.toNanos() / 1000;
        return new Measured(startMicros, from, from + duration.toNanos() / 1000);
    }

    boolean contains(long sentMicros) {
        return sentMicros >= fromMicros && sentMicros < toMicros;
    }
}

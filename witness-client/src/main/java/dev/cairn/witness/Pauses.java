package dev.cairn.witness;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/// Pauses that double up to a limit, each shortened at random, so that many relays do not all come back at one moment.
///
/// @param jitter gives numbers from 0 up to, not including, 1
record Pauses(Duration min, Duration max, DoubleSupplier jitter) {

    private static final double SHORTEST = 0.5;
    private static final int DOUBLINGS_MAX = 32;

    /// The pause after the `failures`th failure in a row, counted from 1: between half of it and all of it.
    long millisAfter(int failures) {
        long doubled = min.toMillis() << Math.clamp(failures - 1L, 0, DOUBLINGS_MAX);
        long whole = doubled >>> Math.clamp(failures - 1L, 0, DOUBLINGS_MAX) == min.toMillis()
                ? Math.min(doubled, max.toMillis())
                : max.toMillis();
        return Math.max(1, Math.round(whole * (SHORTEST + (1 - SHORTEST) * jitter.getAsDouble())));
    }
}

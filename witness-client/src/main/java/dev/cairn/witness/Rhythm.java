package dev.cairn.witness;

import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Where time and chance come from.
///
/// @param wall what is written into requests
/// @param monotonicMillis what is measured with; only goes forward
/// @param jitter gives numbers from 0 up to, not including, 1
public record Rhythm(InstantSource wall, LongSupplier monotonicMillis, DoubleSupplier jitter) {

    /// The system's, with a clock of one's own for what is written.
    public static Rhythm of(InstantSource wall) {
        return new Rhythm(
                wall,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                () -> ThreadLocalRandom.current().nextDouble());
    }
}

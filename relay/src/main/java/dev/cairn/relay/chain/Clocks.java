package dev.cairn.relay.chain;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The two clocks of a relay: the wall's, whose time its lines carry, and the monotonic one, which tells when
/// the first was set.
///
/// @param nanoTime nanoseconds from any origin, as `System::nanoTime` counts them
/// @param startNanos what `nanoTime` said when the relay started
public record Clocks(InstantSource wall, LongSupplier nanoTime, long startNanos) {

    /// Clocks of a relay that starts now.
    public Clocks(InstantSource wall, LongSupplier nanoTime) {
        this(wall, nanoTime, nanoTime.getAsLong());
    }

    Moment now() {
        return new Moment(wall.instant(), TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos));
    }
}

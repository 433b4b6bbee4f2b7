package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.RelayConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// What the parts of the receipts dialect have in common: configuration, rules, clocks, figures.
///
/// @param nanoTime a clock that does not jump
public record ReceiptsSetup(
        Path dataDir,
        Receipts config,
        ReceiptRules rules,
        Principals principals,
        ReceiptsMetrics metrics,
        InstantSource wall,
        LongSupplier nanoTime) {

    /// Reads what the configuration names. Blocking.
    ///
    /// @throws ReceiptsRefusedException if it is not as it should be
    public static ReceiptsSetup of(
            RelayConfig config, InstantSource wall, LongSupplier nanoTime, MeterRegistry meters) {
        return new ReceiptsSetup(
                config.dataDir(),
                config.receipts(),
                Rules.of(config.receipts()),
                Principals.ofHost(),
                new ReceiptsMetrics(meters),
                wall,
                nanoTime);
    }

    Instant now() {
        return wall.instant();
    }

    long uptimeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}

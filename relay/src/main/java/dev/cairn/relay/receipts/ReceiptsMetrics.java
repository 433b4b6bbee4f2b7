package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.DropReasons;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;

/// What the receipts dialect counts.
public final class ReceiptsMetrics {

    private final Counter stored;
    private final Counter framing;
    private final Counter invalid;
    private final Counter shed;
    private final Counter store;
    private final DistributionSummary late;
    private final DistributionSummary early;

    ReceiptsMetrics(MeterRegistry meters) {
        stored = Counter.builder("cairn.receipts")
                .description("Receipts signed and stored")
                .register(meters);
        framing = drops(meters, "framing");
        invalid = drops(meters, "invalid");
        shed = drops(meters, "shed");
        store = drops(meters, "store");
        late = skew(meters, "late");
        early = skew(meters, "early");
    }

    void stored(int count) {
        stored.increment(count);
    }

    void dropped(DropReasons reasons) {
        framing.increment((double) reasons.framing());
        invalid.increment((double) reasons.invalid());
        shed.increment((double) reasons.shed());
        store.increment((double) reasons.store());
    }

    /// How far the clocks of an emitter and the relay are apart, with the way in between
    /// (`specs/receipts.md` 11). Nothing follows from it: receipts have the relay's time.
    ///
    /// @param arrivedAt milliseconds since the epoch
    void skew(Instant emittedAt, long arrivedAt) {
        double seconds = (arrivedAt - emittedAt.toEpochMilli()) / 1_000.0;
        (seconds < 0 ? early : late).record(Math.abs(seconds));
    }

    private static DistributionSummary skew(MeterRegistry meters, String direction) {
        return DistributionSummary.builder("cairn.receipts.skew")
                .description(
                        "From an emitter's own time of a frame to its arrival; early ones come from a clock that is ahead")
                .baseUnit("seconds")
                .tag("direction", direction)
                .register(meters);
    }

    private static Counter drops(MeterRegistry meters, String reason) {
        return Counter.builder("cairn.receipts.drops")
                .description("Frames that no receipt tells of one by one")
                .tag("reason", reason)
                .register(meters);
    }
}

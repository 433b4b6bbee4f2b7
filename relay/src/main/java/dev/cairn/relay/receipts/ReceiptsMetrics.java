package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.DropReasons;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What the receipts dialect counts.
public final class ReceiptsMetrics {

    private final Counter stored;
    private final Counter framing;
    private final Counter invalid;
    private final Counter shed;
    private final Counter store;

    ReceiptsMetrics(MeterRegistry meters) {
        stored = Counter.builder("cairn.receipts")
                .description("Receipts signed and stored")
                .register(meters);
        framing = drops(meters, "framing");
        invalid = drops(meters, "invalid");
        shed = drops(meters, "shed");
        store = drops(meters, "store");
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

    private static Counter drops(MeterRegistry meters, String reason) {
        return Counter.builder("cairn.receipts.drops")
                .description("Frames that no receipt tells of one by one")
                .tag("reason", reason)
                .register(meters);
    }
}

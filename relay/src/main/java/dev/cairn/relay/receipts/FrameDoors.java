package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.config.Receipts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.security.SecureRandom;

/// All doors for emitters of the receipts dialect, and what their event loops share: the caps, the backlog, the
/// way to the writer.
public final class FrameDoors {

    private static final int HEAP_PARTS = 4;

    private final Bus bus;
    private final ReceiptsSetup setup;
    private final FrameAdmission admission;
    private final Backlog backlog;

    public FrameDoors(Bus bus, ReceiptsSetup setup, MeterRegistry meters) {
        Receipts.Limits limits = setup.config().limits();
        this.bus = bus;
        this.setup = setup;
        this.admission = new FrameAdmission(limits.connectionsMax(), limits.connectionsPerUidMax());
        this.backlog = new Backlog(
                Math.min(limits.backlogBytesMax(), Runtime.getRuntime().maxMemory() / HEAP_PARTS));
        measure(meters);
    }

    /// The door of one event loop; call it on that loop, in the context of who accepts the clients.
    public FrameDoor on(Vertx vertx, Context context) {
        return new FrameLoop(this, vertx, context);
    }

    Bus bus() {
        return bus;
    }

    ReceiptsSetup setup() {
        return setup;
    }

    FrameAdmission admission() {
        return admission;
    }

    Backlog backlog() {
        return backlog;
    }

    FrameReader newReader() {
        return setup.rules().newReader();
    }

    Composer newComposer() {
        return new Composer(setup.rules(), new RandomUuids(new SecureRandom()));
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("cairn.receipts.connections", admission, FrameAdmission::open)
                .description("Open connections of emitters of receipts")
                .register(meters);
        Gauge.builder("cairn.receipts.backlog.bytes", backlog, Backlog::held)
                .description("Memory held by frames that wait for the disk")
                .register(meters);
    }
}

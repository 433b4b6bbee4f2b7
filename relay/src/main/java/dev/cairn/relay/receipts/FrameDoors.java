package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.FairMemory;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.config.Receipts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All doors for emitters of the receipts dialect, and what their event loops share: the caps, the backlog, the
/// way to the writer.
public final class FrameDoors {

    /// Of the heap: what the receipts on their way take, and likewise what frames that have not arrived
    /// whole do.
    private static final int HEAP_PARTS = 6;

    /// Of the memory outside the heap: what waits there.
    private static final int OUTSIDE_PARTS = 4;

    /// Most machines have one busy process at a time, and a burst of it is to be kept.
    private static final int WAITING_TIMES_FREE = 7;

    /// Who sends half a frame may take its time: several such leave room for others.
    private static final int UNFINISHED_TIMES_FREE = 1;

    /// How long what waits is read on at stop: the writer needs the rest of the time that a stop has.
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(FrameDoors.class);

    private final Bus bus;
    private final ReceiptsSetup setup;
    private final long memory;
    private final Duration patience;
    private final FrameAdmission admission;
    private final FairMemory waiting;
    private final FairMemory unfinished;
    private final UndisclosedLog undisclosed;
    private final OwnUser ownUser;

    public FrameDoors(Bus bus, ReceiptsSetup setup, MeterRegistry meters) {
        this(
                bus,
                setup,
                meters,
                Runtime.getRuntime().maxMemory(),
                PlatformDependent.maxDirectMemory(), // Of Netty, as the JDK does not tell.
                PATIENCE);
    }

    /// @param memory of the heap, of which the doors use parts
    /// @param outside likewise, of the memory outside the heap
    /// @param patience how long what waits is read on at stop
    FrameDoors(Bus bus, ReceiptsSetup setup, MeterRegistry meters, long memory, long outside, Duration patience) {
        Receipts.Limits limits = setup.config().limits();
        this.bus = bus;
        this.setup = setup;
        this.memory = memory;
        this.patience = patience;
        this.admission = new FrameAdmission(limits.connectionsMax(), limits.connectionsPerUidMax());
        long waitingMax = outside / OUTSIDE_PARTS;
        if (limits.backlogBytesMax() > waitingMax) {
            LOG.atWarn()
                    .addKeyValue("bytes", waitingMax)
                    .log("receipts.backlog_bytes_max: less is used, as the memory outside the heap is small");
        }
        this.waiting = new FairMemory(Math.min(limits.backlogBytesMax(), waitingMax), WAITING_TIMES_FREE);
        this.unfinished = new FairMemory(memory / HEAP_PARTS, UNFINISHED_TIMES_FREE);
        this.ownUser = OwnUser.ofProcess(setup.config().policy().isService(), setup::uptimeMillis);
        this.undisclosed = new UndisclosedLog(setup::uptimeMillis);
        measure(meters);
    }

    /// The door of one event loop; call it on that loop, in the context of who accepts the clients.
    public FrameDoor on(Vertx vertx, Context context) {
        vertx.setPeriodic(UndisclosedLog.PERIOD_MILLIS, _ -> undisclosed.tellIfDue());
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

    OwnUser ownUser() {
        return ownUser;
    }

    /// Memory for frames that wait.
    FairMemory waiting() {
        return waiting;
    }

    /// Memory for frames that have not arrived whole.
    FairMemory unfinished() {
        return unfinished;
    }

    /// Memory of one loop for receipts on their way to the disk.
    long onTheirWayMax() {
        return memory / HEAP_PARTS / Runtime.getRuntime().availableProcessors();
    }

    /// How long what waits is read on at stop, once the sockets are closed.
    Duration patience() {
        return patience;
    }

    FrameReader newReader() {
        return setup.rules().newReader();
    }

    Composer newComposer() {
        return new Composer(setup.rules(), new RandomUuids(new SecureRandom()), undisclosed);
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("cairn.receipts.connections", admission, FrameAdmission::open)
                .description("Open connections of emitters of receipts")
                .register(meters);
        Gauge.builder("cairn.receipts.backlog.bytes", waiting, FairMemory::held)
                .description("Memory held by frames that wait for the disk")
                .register(meters);
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.Library;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The receipts dialect of one relay: the single writer to deploy, the doors in front of it, and what opens the
/// store behind it.
public final class ReceiptsDialect {

    private final ReceiptsVerticle writer;
    private final FrameDoors doors;
    private final ReceiptLibrary library;

    private ReceiptsDialect(ReceiptsVerticle writer, FrameDoors doors, ReceiptLibrary library) {
        this.writer = writer;
        this.doors = doors;
        this.library = library;
    }

    /// @param nanoTime a clock that does not jump
    /// @param status begun with [ReceiptsStatus#CLOSED]; only the writer sets it
    /// @param onFatal ends the process: only a restart can tell what is durable
    /// @throws ReceiptsRefusedException if what the configuration names is not as it should be
    public static ReceiptsDialect of(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Latest<ReceiptsStatus> status,
            Consumer<Throwable> onFatal) {
        ReceiptsSetup setup = ReceiptsSetup.of(config, wall, nanoTime, meters);
        var library = new ReceiptLibrary(
                vertx,
                setup.config().files().db(setup.dataDir()),
                () -> status.get().isOpen(),
                chain -> chain.equals(status.get().rootId()));
        var writer = new ReceiptsVerticle(bus, setup, status, library, onFatal);
        return new ReceiptsDialect(writer, new FrameDoors(bus, setup, meters), library);
    }

    /// Its chains, for subscribers.
    public Library library() {
        return library;
    }

    /// To be deployed before the doors open, by [ReceiptsVerticle#deployment].
    public ReceiptsVerticle writer() {
        return writer;
    }

    /// The door of one event loop, whoever accepts the clients there.
    public FrameDoor door(Vertx vertx, Context context) {
        return doors.on(vertx, context);
    }

    /// Opens the store once the writer is deployed. The doors need not wait for it, but nothing is appended
    /// before; fails with what the operator has to see to.
    public Future<Void> open() {
        return writer.open();
    }
}

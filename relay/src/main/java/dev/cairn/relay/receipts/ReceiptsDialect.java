package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.config.RelayConfig;
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

    private ReceiptsDialect(ReceiptsVerticle writer, FrameDoors doors) {
        this.writer = writer;
        this.doors = doors;
    }

    /// @param nanoTime a clock that does not jump
    /// @param onFatal ends the process: only a restart can tell what is durable
    /// @throws ReceiptsRefusedException if what the configuration names is not as it should be
    public static ReceiptsDialect of(
            Bus bus,
            RelayConfig config,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Consumer<Throwable> onFatal) {
        ReceiptsSetup setup = ReceiptsSetup.of(config, wall, nanoTime, meters);
        return new ReceiptsDialect(new ReceiptsVerticle(bus, setup, onFatal), new FrameDoors(bus, setup, meters));
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

package dev.cairn.relay.ingress;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The ingress on two event loops, with one open door and a chain that keeps its records in memory.
final class RunningIngress implements AutoCloseable {

    private static final int LOOPS = 2;
    private static final int MIB = 1024 * 1024;

    final Path path;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StandInChain chain;
    final Vertx vertx;
    final Ingress ingress;

    private final UnixSocketDoor door;
    private final String deployment;

    private RunningIngress(Path dir, Speech speech, RelayConfig.Ingress limits) {
        this(dir, speech, config(dir, limits), null);
    }

    private RunningIngress(Path dir, Speech speech, RelayConfig config, @Nullable FrameDoor frames) {
        path = dir.resolve("relay.sock");
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(LOOPS + 1));
        Bus bus = Bus.on(vertx);
        chain = new StandInChain(bus);
        vertx.deployVerticle(chain).await();
        ingress = new Ingress(
                bus,
                config,
                chain.status,
                new Latest<>(new SealState(null, 0, null)),
                new Latest<>(ReceiptsStatus.OFF),
                new Latest<>(SealState.NONE),
                StandInSigning::new,
                (_, _) -> frames,
                meters,
                InstantSource.system(),
                System::nanoTime,
                LOOPS);
        door = UnixSocketDoor.prepare(path, speech, 0660, Optional.empty());
        deployment = vertx.deployVerticle(
                        () -> ingress.verticle(List.of(door)), new DeploymentOptions().setInstances(LOOPS))
                .await();
        door.open();
    }

    static RunningIngress in(Path dir) {
        return in(dir, limits());
    }

    static RunningIngress in(Path dir, RelayConfig.Ingress limits) {
        return new RunningIngress(dir, Speech.BY_FIRST_BYTE, limits);
    }

    /// With receipts, which all loops hand to the same door.
    ///
    /// @param receipts the section of the configuration
    static RunningIngress with(FrameDoor frames, Path dir, String receipts) {
        String file = "{\"receipts\":" + receipts + "}";
        RelayConfig config = RelayConfig.read(file.getBytes(StandardCharsets.UTF_8), Places.in(dir))
                .config();
        return new RunningIngress(dir, Speech.BY_FIRST_BYTE, config, frames);
    }

    static RunningIngress speaking(Speech speech, Path dir) {
        return new RunningIngress(dir, speech, limits());
    }

    static RelayConfig.Ingress limits() {
        return limits(1_000, 1_000, Duration.ofMinutes(5));
    }

    static RelayConfig.Ingress limits(int connectionsMax, int perUidMax, Duration idleTimeout) {
        return limits(connectionsMax, perUidMax, MIB / 2, idleTimeout);
    }

    static RelayConfig.Ingress limitsThatLetOneConnectionHaveAll(Duration idleTimeout) {
        return limits(1_000, 1_000, 64 * MIB, idleTimeout);
    }

    static RelayConfig.Ingress limitsOfShortLines() {
        return limits(1_000, 1_000, MIB / 2, Duration.ofMinutes(5), 64 * 1024);
    }

    private static RelayConfig.Ingress limits(
            int connectionsMax, int perUidMax, int unansweredBytesMax, Duration idleTimeout) {
        return limits(connectionsMax, perUidMax, unansweredBytesMax, idleTimeout, MIB - 1024);
    }

    private static RelayConfig.Ingress limits(
            int connectionsMax, int perUidMax, int unansweredBytesMax, Duration idleTimeout, int lineBytesMax) {
        return new RelayConfig.Ingress(
                List.of(),
                0660,
                Optional.empty(),
                connectionsMax,
                perUidMax,
                lineBytesMax,
                unansweredBytesMax,
                4 * MIB,
                4 * MIB,
                idleTimeout);
    }

    Client connect() throws IOException {
        return new Client(path);
    }

    /// Waits until something has come true, for ten seconds at most.
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come true");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    void untilDropped(DropReason reason, long count) {
        until(() -> chain.dropped(reason) >= count);
    }

    void untilStored(int count) {
        until(() -> chain.lines.size() >= count);
    }

    double connections() {
        return meters.get("cairn.connections").gauge().value();
    }

    double refused(Refusal refusal) {
        return meters.get("cairn.requests.refused")
                .tag("reason", refusal.tag())
                .counter()
                .count();
    }

    /// Stops the verticles, as the relay does.
    Future<Void> stop() {
        return vertx.undeploy(deployment);
    }

    @Override
    public void close() {
        door.close();
        vertx.close().await();
    }

    private static RelayConfig config(Path dir, RelayConfig.Ingress limits) {
        RelayConfig defaults = RelayConfig.defaults(Places.in(dir));
        return new RelayConfig(
                dir,
                limits,
                defaults.chain(),
                defaults.stream(),
                defaults.http(),
                defaults.heartbeat(),
                defaults.audit(),
                defaults.autoSeal(),
                defaults.sign(),
                defaults.witness(),
                defaults.receipts());
    }
}

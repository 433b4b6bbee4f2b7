package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.audit.AuditAnswer.ToSeal;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealLog;
import dev.cairn.protocol.seal.SealReader;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.config.RelayConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Sealing on real files beside a chain in memory, with clocks that are moved by hand.
final class RunningSeals implements AutoCloseable {

    static final Peer OWNER = new Peer(1, new UnixSystem().getUid(), 1, "/bin/cairn");

    private static final Duration TICK = Duration.ofMillis(5);

    final FakeChain chain;
    final Latest<SealState> state;
    final List<Control> told = new CopyOnWriteArrayList<>();
    final AtomicReference<Instant> wall;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    final AtomicLong nanos = new AtomicLong(1_000);

    private final Path dir;
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final String deployment;
    private boolean stopped;

    private RunningSeals(Path dir, String json, FakeChain chain, Sealable sealed, Instant now)
            throws IOException, TimeoutException {
        this.dir = dir;
        this.chain = chain;
        this.wall = new AtomicReference<>(now);
        RelayConfig config = RunningRelay.config(dir, json);
        LogState log = new LogState(0, 0, chain.status.get().tip(), 0, 0, 0, 0, 0, null);
        SealFiles files = SealFiles.open(config, log, _ -> false);
        state = new Latest<>(files.seals().state(config));
        chain.listen(bus).await(10, SECONDS);
        bus.hear(Topic.CONTROL, told::add).await(10, SECONDS);
        SealVerticle verticle = new SealVerticle(
                vertx, bus, config, sealed, files, state, wall::get, nanos::get, meters, this::die, TICK);
        deployment = vertx.deployVerticle(verticle, SealVerticle.deployment(SealedStore.AUDIT))
                .await(10, SECONDS);
    }

    static RunningSeals start(Path dir, String config, FakeChain chain) throws IOException, TimeoutException {
        return start(dir, config, chain, Instant.parse("2026-04-05T14:30:00Z"));
    }

    static RunningSeals start(Path dir, String config, FakeChain chain, Instant now)
            throws IOException, TimeoutException {
        return new RunningSeals(dir, config, chain, new SealedLog(chain.status, chain), now);
    }

    /// Of a store that is no chain.
    static RunningSeals of(Path dir, String config, Sealable store) throws IOException, TimeoutException {
        return new RunningSeals(dir, config, new FakeChain(), store, Instant.parse("2026-04-05T14:30:00Z"));
    }

    ToSeal sealNow(Peer peer) throws TimeoutException {
        return bus.ask(Address.SEAL_AUDIT, new SealNow(peer)).await(10, SECONDS).answer();
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /// Waits until the verticle has looked at its clock a few times.
    void awaitTicks() throws TimeoutException {
        for (int i = 0; i < 4; i++) {
            vertx.timer(TICK.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                    .await(10, SECONDS);
        }
    }

    void awaitSeals(int count) {
        until(() -> seals().size() >= count && state.get().total() >= count);
        assertThat(seals()).hasSize(count);
        awaitItsTurn();
    }

    /// Waits until the verticle is done with what it was doing: one thing at a time, so an answer comes behind
    /// it.
    private void awaitItsTurn() {
        try {
            sealNow(Peer.NOBODY);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come true").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    List<Seal> seals() {
        return seals(dir);
    }

    static List<Seal> seals(Path dir) {
        SealReader reader = new SealReader();
        try {
            return Files.readAllLines(dir.resolve(RecoveredSeals.NAME)).stream()
                    .map(reader::read)
                    .filter(SealLine.Read.class::isInstance)
                    .map(line -> ((SealLine.Read) line).seal())
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What a verifier, which knows nothing of the writer, says of the file.
    static SealReport report(Path dir) throws IOException {
        try (SealLog log = SealLog.open(dir.resolve(RecoveredSeals.NAME), Keyring.in(dir.resolve(KeyWatch.RING)))) {
            return log.report();
        }
    }

    void stop() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            vertx.undeploy(deployment).await(10, SECONDS);
            vertx.close().await(10, SECONDS);
            assertThat(fatal).isEmpty();
        }
    }

    @Override
    public void close() throws TimeoutException {
        stop();
    }

    private void die(Throwable cause) {
        fatal.add(cause);
    }
}

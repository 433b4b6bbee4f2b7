package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.HeartbeatAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/// A chain that runs on real files as the relay runs it, with a store that can be told to fail and an ear at the bus.
final class RunningChain {

    private static final ChainVerticle.Delays DELAYS = new ChainVerticle.Delays(50, 100);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final BlockingQueue<BusMessage> heard = new LinkedBlockingQueue<>();
    private final List<BusMessage> kept = new ArrayList<>();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final Unheard unheard = new Unheard();
    private final AtomicLong wallAheadMillis = new AtomicLong();
    private final Latest<ChainStatus> status;
    private final RecoveredChain recovered;
    private final FaultyStore store;
    private final String deployment;
    private boolean stopped;

    private RunningChain(RelayConfig config, FaultyStore.Fault... faults) throws TimeoutException {
        RecoveredChain found = Recovery.recover(config);
        store = new FaultyStore(found.store());
        store.breakWith(faults);
        recovered = new RecoveredChain(
                store,
                found.state(),
                found.tail(),
                found.accepted(),
                found.index(),
                found.checkpointFile(),
                found.headCheck(),
                found.log());
        status = new Latest<>(recovered.status());
        Future.all(
                        bus.hear(Topic.CONTROL, heard::add),
                        bus.hear(Topic.RECORDS_APPENDED, heard::add),
                        bus.hear(Topic.HEARTBEAT_APPENDED, heard::add))
                .await(10, SECONDS);
        Clocks clocks = new Clocks(() -> Instant.now().plusMillis(wallAheadMillis.get()), System::nanoTime);
        ChainVerticle verticle =
                new ChainVerticle(vertx, bus, recovered, config, clocks, status, unheard, fatal::complete, DELAYS);
        deployment = vertx.deployVerticle(verticle, ChainVerticle.deployment()).await(10, SECONDS);
    }

    static RunningChain start(RelayConfig config) throws TimeoutException {
        return new RunningChain(config);
    }

    static RunningChain startWith(RelayConfig config, FaultyStore.Fault... faults) throws TimeoutException {
        return new RunningChain(config, faults);
    }

    /// Undeploys it as the relay does; once.
    void stop() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            try {
                vertx.undeploy(deployment).await(10, SECONDS);
            } finally {
                vertx.close().await(10, SECONDS);
            }
        }
    }

    /// The same where its store may be one that takes no last line.
    void end() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            vertx.undeploy(deployment).otherwiseEmpty().await(10, SECONDS);
            vertx.close().await(10, SECONDS);
        }
    }

    /// Ends it as a kill does: nothing more is written.
    void kill() throws TimeoutException {
        store.killed();
        end();
    }

    /// Appends a record of this id, as the ingress does.
    AppendReply append(String id) throws TimeoutException {
        return await(bus.ask(Address.APPEND_AUDIT, new Append(Given.batch(id))));
    }

    /// Who listens has taken these records.
    void areHeard(List<RecordsAppended> records) {
        records.forEach(told -> unheard.heard(told.bytes()));
    }

    /// Has a heartbeat line written, as the stream does.
    AppendReply beat() throws TimeoutException {
        return await(bus.ask(Address.BEAT_AUDIT, new Beat()));
    }

    static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(10, SECONDS);
    }

    Bus bus() {
        return bus;
    }

    Vertx vertx() {
        return vertx;
    }

    FaultyStore store() {
        return store;
    }

    RecoveredChain recovered() {
        return recovered;
    }

    ChainStatus status() {
        return status.get();
    }

    Throwable fatal() {
        return fatal.orTimeout(10, SECONDS).join();
    }

    void setWallClockForwardMillis(long millis) {
        wallAheadMillis.set(millis);
    }

    /// Waits until so many records were told of.
    void awaitRecords(int count) {
        if (heardSeqs().size() < count) {
            drainUntil(_ -> heardSeqs().size() >= count);
        }
    }

    /// Waits for a control message of this kind.
    void awaitControl(Class<? extends Control> kind) {
        drainUntil(kind::isInstance);
    }

    /// Waits for a heartbeat line with this text in it.
    void awaitHeartbeat(String text) {
        drainUntil(message -> message instanceof HeartbeatAppended(String line) && line.contains(text));
    }

    /// Waits until events are accepted.
    void awaitServing() {
        long until = System.nanoTime() + SECONDS.toNanos(10);
        while (!(status().health() instanceof ChainStatus.Serving)) {
            assertThat(System.nanoTime()).as("time to serve again").isLessThan(until);
            LockSupport.parkNanos(1_000_000);
        }
    }

    <M extends BusMessage> List<M> heard(Class<M> kind) {
        heard.drainTo(kept);
        return kept.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// The sequences of all records that were told.
    List<Long> heardSeqs() {
        List<Long> seqs = new ArrayList<>();
        for (RecordsAppended told : heard(RecordsAppended.class)) {
            LongStream.range(told.firstSeq(), told.firstSeq() + told.count()).forEach(seqs::add);
        }
        return seqs;
    }

    private void drainUntil(Predicate<BusMessage> wanted) {
        try {
            BusMessage next;
            do {
                next = heard.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("what is waited for").isNotNull();
                kept.add(next);
            } while (!wanted.test(next));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

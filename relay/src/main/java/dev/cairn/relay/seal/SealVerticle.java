package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.BusMessage.SealReply;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.bus.Turn;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.seal.Outcome.Made;
import dev.cairn.relay.seal.SealHealth.Part;
import dev.cairn.relay.seal.SealSchedule.Occasion;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Seals a store: at start, each period, when asked ([SealedStore#address]) and at stop
/// (`specs/audit-relay.md` 7, `specs/receipts.md` 6.7), and tells the audit chain of the keys that were rotated.
///
/// On a worker's thread, one handler at a time, as it reads keys and syncs files. One seal at a time: each
/// attempt waits for the one before it. That of the audit chain is deployed behind the chain's writer and before the
/// doors, so that at stop it seals what came through them before the writer ends the log; that of the receipts so
/// that it stops behind their writer, whose last receipts are to be sealed too.
public final class SealVerticle extends VerticleBase {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int LAST_SEAL_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SealVerticle.class);

    private final Bus bus;
    private final Sealable store;
    private final KeyWatch keys;
    private final SealBook book;
    private final @Nullable Witnesses witnesses;
    private final @Nullable Publication publication;
    private final @Nullable Seal earlier;
    private final LongSupplier nanoTime;
    private final Consumer<Throwable> onFatal;
    private final Duration tick;
    private final SealHealth health;
    private final SealMetrics metrics;
    private final SealSchedule schedule;
    private final Demands demands;
    private final Rotations rotations;
    private final Sealing sealing;
    private long ticker;
    private boolean stopping;

    /// @param store what is sealed
    /// @param files which this verticle takes over
    /// @param state begun with [RecoveredSeals#state]; only this verticle sets it from now on
    /// @param onFatal ends the process
    public SealVerticle(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            Sealable store,
            SealFiles files,
            Latest<SealState> state,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Consumer<Throwable> onFatal) {
        this(vertx, bus, config, store, files, state, wall, nanoTime, meters, onFatal, TICK);
    }

    SealVerticle(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            Sealable store,
            SealFiles files,
            Latest<SealState> state,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Consumer<Throwable> onFatal,
            Duration tick) {
        this.bus = bus;
        this.store = store;
        this.keys = files.keys();
        this.book = new SealBook(files.seals(), state, config.witness().enabled());
        this.witnesses = files.witnesses() == null
                ? null
                : new Witnesses(vertx, store.store(), config.witness(), files.witnesses(), wall);
        Witnesses asked = witnesses;
        this.publication = asked == null ? null : new Publication(seal -> asked.publish(seal, tipOf(seal)));
        this.earlier = files.seals().last();
        this.nanoTime = nanoTime;
        this.onFatal = onFatal;
        this.tick = tick;
        this.health = new SealHealth(bus, store.store());
        this.metrics = new SealMetrics(meters, state, store, wall);
        this.schedule = new SealSchedule(config.autoSeal(), nanoTime.getAsLong());
        this.demands = new Demands(nanoTime);
        this.rotations = new Rotations(bus, keys);
        this.sealing = new Sealing(
                new Sealing.Parts(store, keys, book, schedule, health, metrics, wall, nanoTime),
                task -> context.runOnContext(_ -> task.run()),
                this::made,
                onFatal);
    }

    /// How to deploy it: once for each store, as a worker with a thread of its own, which waits for the disk.
    public static DeploymentOptions deployment(SealedStore store) {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("cairn-seal-" + store.text())
                .setWorkerPoolSize(1)
                .setInstances(1);
    }

    /// The doors need not wait for the first seal.
    @Override
    public Future<?> start() {
        ticker = vertx.setPeriodic(tick.toMillis(), _ -> tick());
        context.runOnContext(_ -> begin());
        return bus.answer(store.store().address(), this::sealNow);
    }

    /// Seals what is not sealed, and closes the files.
    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(ticker);
        return sealing.seal(Occasion.STOP)
                .timeout(LAST_SEAL_SECONDS, SECONDS)
                .transform(last -> {
                    sealing.end();
                    return closeWitnesses(last.result() instanceof Made);
                })
                .transform(_ -> Turn.on(context, this::closeBook))
                .eventually(() -> bus.leave(context));
    }

    private Future<?> closeWitnesses(boolean haveNews) {
        if (witnesses == null || publication == null) {
            return Future.succeededFuture();
        }
        return Turn.on(context, () -> publication.publish(nanoTime.getAsLong()))
                .otherwise(false)
                .compose(wasHeld -> witnesses.close(context, haveNews || wasHeld));
    }

    private boolean closeBook() throws IOException {
        book.close();
        return true;
    }

    private void begin() {
        lookAtKeys();
        if (witnesses != null) {
            witnesses.start(new Witnesses.Ear(context, bus, health, metrics, book, onFatal));
            resume(witnesses);
        }
        var _ = sealing.seal(Occasion.START);
    }

    /// What was not confirmed when the relay ended.
    private void resume(Witnesses all) {
        if (earlier == null) {
            return;
        }
        try {
            all.resume(earlier, tipOf(earlier));
        } catch (IOException e) {
            LOG.atError().addKeyValue("reason", e.getMessage()).log("what witnesses gave cannot be read");
            health.report(Part.WITNESSES, all.fileName() + " cannot be read"); // Told to clients: without paths.
        }
    }

    private void tick() {
        lookAtKeys();
        lookAtPublication();
        boolean isDue = schedule.isDue(nanoTime.getAsLong(), store.isPressing());
        if (isDue && sealing.isIdle() && !stopping) {
            var _ = sealing.seal(Occasion.PERIOD);
        }
    }

    private void made(Seal seal) {
        bus.tellControl(new Sealed(store.store(), tipOf(seal), seal.payload().sealedAt()));
        if (publication != null) {
            publication.made(seal, nanoTime.getAsLong());
            lookAtPublication();
        }
    }

    private void lookAtPublication() {
        if (publication != null && !sealing.isOver()) {
            publication.look(nanoTime.getAsLong(), store.isPressing());
        }
    }

    private void lookAtKeys() {
        keys.look();
        health.report(Part.KEYS, keys.trouble());
        if (!stopping) {
            rotations.tell();
        }
    }

    private Future<SealReply> sealNow(SealNow request) {
        Peer peer = request.peer();
        Optional<NotSealed> refusal = stopping ? Optional.of(Demands.STOPPING) : demands.refusal(peer);
        if (refusal.isPresent()) {
            return Future.succeededFuture(new SealReply(refusal.get()));
        }
        LOG.atInfo()
                .addKeyValue("uid", peer.uid())
                .addKeyValue("pid", peer.pid())
                .log("a seal is asked for");
        return sealing.seal(Occasion.DEMAND)
                .onSuccess(_ -> publishNow())
                .map(Demands::answer)
                .map(SealReply::new);
    }

    /// Whoever asks for a seal wants it confirmed.
    private void publishNow() {
        if (publication != null && !sealing.isOver()) {
            publication.publish(nanoTime.getAsLong());
        }
    }

    private static Tip tipOf(Seal seal) {
        return new Tip(seal.payload().tip(), seal.payload().count());
    }
}

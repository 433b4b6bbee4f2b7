package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.Keys.Lookup;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.BusMessage.SealReply;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.History;
import dev.cairn.relay.seal.ChainRecords.ChainRecord;
import dev.cairn.relay.seal.Outcome.Failed;
import dev.cairn.relay.seal.Outcome.Made;
import dev.cairn.relay.seal.Outcome.Postponed;
import dev.cairn.relay.seal.Outcome.Skipped;
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
import org.slf4j.spi.LoggingEventBuilder;

/// Seals the chain's tip: at start, each period, when asked ([Address#SEAL_AUDIT]) and at stop
/// (`specs/audit-relay.md` 7), and tells the chain of rotated keys.
///
/// On virtual threads, one handler at a time, as it reads keys and syncs files. One seal at a time: each
/// attempt waits for the one before it. Deploy it behind the chain's writer and before the doors, so that at
/// stop it seals what came through them before the writer ends the log.
public final class SealVerticle extends VerticleBase {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int LAST_SEAL_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SealVerticle.class);

    private final Bus bus;
    private final KeyWatch keys;
    private final SealBook book;
    private final @Nullable Witnesses witnesses;
    private final @Nullable Seal earlier;
    private final ChainRecords records;
    private final Latest<ChainStatus> chain;
    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private final Consumer<Throwable> onFatal;
    private final Duration tick;
    private final SealHealth health;
    private final SealMetrics metrics;
    private final SealSchedule schedule;
    private final Demands demands;
    private final Rotations rotations;
    private Future<Outcome> newest = Future.succeededFuture(new Skipped("nothing happened yet"));
    private long ticker;
    private boolean stopping;

    /// @param files which this verticle takes over
    /// @param state begun with [RecoveredSeals#state]; only this verticle sets it from now on
    /// @param onFatal ends the process
    public SealVerticle(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            SealFiles files,
            History history,
            Latest<ChainStatus> chain,
            Latest<SealState> state,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Consumer<Throwable> onFatal) {
        this(vertx, bus, config, files, history, chain, state, wall, nanoTime, meters, onFatal, TICK);
    }

    SealVerticle(
            Vertx vertx,
            Bus bus,
            RelayConfig config,
            SealFiles files,
            History history,
            Latest<ChainStatus> chain,
            Latest<SealState> state,
            InstantSource wall,
            LongSupplier nanoTime,
            MeterRegistry meters,
            Consumer<Throwable> onFatal,
            Duration tick) {
        this.bus = bus;
        this.keys = files.keys();
        this.book = new SealBook(files.seals(), state, config.witness().enabled());
        this.witnesses =
                files.witnesses() == null ? null : new Witnesses(vertx, config.witness(), files.witnesses(), wall);
        this.earlier = files.seals().last();
        this.records = new ChainRecords(history);
        this.chain = chain;
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.onFatal = onFatal;
        this.tick = tick;
        this.health = new SealHealth(bus);
        this.metrics = new SealMetrics(meters, state, chain, wall);
        this.schedule = new SealSchedule(config.autoSeal(), nanoTime.getAsLong());
        this.demands = new Demands(nanoTime);
        this.rotations = new Rotations(bus, keys);
    }

    /// How to deploy it: once, as a worker with a thread of its own, which waits for the disk.
    public static DeploymentOptions deployment() {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("cairn-seal")
                .setWorkerPoolSize(1)
                .setInstances(1);
    }

    /// The doors need not wait for the first seal.
    @Override
    public Future<?> start() {
        ticker = vertx.setPeriodic(tick.toMillis(), _ -> tick());
        context.runOnContext(_ -> begin());
        return bus.answer(Address.SEAL_AUDIT, this::sealNow);
    }

    /// Seals what is not sealed, and closes the files.
    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(ticker);
        return seal(Occasion.STOP)
                .timeout(LAST_SEAL_SECONDS, SECONDS)
                .transform(last -> closeWitnesses(last.succeeded() && last.result() instanceof Made))
                .transform(_ -> Turn.on(context))
                .compose(_ -> close());
    }

    private Future<Void> closeWitnesses(boolean haveNews) {
        return witnesses == null ? Future.succeededFuture() : witnesses.close(haveNews);
    }

    private Future<Void> close() {
        try {
            book.close();
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private void begin() {
        lookAtKeys();
        if (witnesses != null) {
            witnesses.start(new Witnesses.Ear(context, bus, health, metrics, book::confirmed, onFatal));
            resume(witnesses);
        }
        var _ = seal(Occasion.START);
    }

    /// What was not confirmed when the relay ended.
    private void resume(Witnesses all) {
        if (earlier == null) {
            return;
        }
        try {
            all.resume(earlier, chain.get().tip());
        } catch (IOException e) {
            LOG.atError().addKeyValue("reason", e.getMessage()).log("what witnesses gave cannot be read");
            health.report(Part.WITNESSES, WitnessFile.NAME + " cannot be read"); // Told to clients: without paths.
        }
    }

    private void tick() {
        lookAtKeys();
        if (schedule.isDue(nanoTime.getAsLong()) && newest.isComplete() && !stopping) {
            var _ = seal(Occasion.PERIOD);
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
        return seal(Occasion.DEMAND).map(Demands::answer).map(SealReply::new);
    }

    /// Seals the chain when the attempt before this one is over.
    private Future<Outcome> seal(Occasion occasion) {
        newest = newest.transform(_ -> attempt(occasion))
                .otherwise(cause -> new Failed(String.valueOf(cause.getMessage())))
                .onSuccess(outcome -> conclude(occasion, outcome));
        return newest;
    }

    private Future<Outcome> attempt(Occasion occasion) {
        ChainStatus now = chain.get();
        Hash tip = now.tip().hash();
        long count = now.tip().count();
        if (tip == null) {
            return Future.succeededFuture(new Skipped("there is no record yet"));
        }
        if (!schedule.isWorth(occasion, count - book.sealedCount())) {
            return Future.succeededFuture(new Skipped("too few new records, or not to be sealed now"));
        }
        if (now.health() instanceof Refusing refusing) {
            return Future.succeededFuture(new Postponed("the chain refuses events: " + refusing.reason()));
        }
        return records.find(count).map(record -> make(tip, count, record));
    }

    /// Only what the log still holds is sealed: one that was cut off behind our back gets no fresh seal.
    private Outcome make(Hash tip, long count, ChainRecord record) {
        if (!record.hash().equals(tip)) {
            return new Failed("record " + count + " in the log is not the one that was written");
        }
        keys.look();
        if (!(keys.keys().get().active() instanceof Lookup.Found(var key))) {
            return new Postponed(keys.trouble());
        }
        try {
            Seal seal = book.add(tip, count, record.end(), wall.instant(), key);
            Tip sealed = new Tip(tip, count);
            bus.tell(Topic.CONTROL, new Sealed(sealed, seal.payload().sealedAt()));
            if (witnesses != null) {
                witnesses.publish(seal, sealed);
            }
            return new Made(seal);
        } catch (IOException e) {
            return new Failed(String.valueOf(e.getMessage()));
        } catch (UnsyncedException e) {
            onFatal.accept(e);
            return new Failed(String.valueOf(e.getMessage()));
        }
    }

    private void conclude(Occasion occasion, Outcome outcome) {
        long now = nanoTime.getAsLong();
        switch (outcome) {
            case Made(Seal seal) -> {
                schedule.done(now);
                health.report(Part.SEALS, "");
                LOG.atInfo()
                        .addKeyValue("seq", seal.payload().count())
                        .addKeyValue("key_id", seal.keyId())
                        .addKeyValue("occasion", occasion)
                        .log("sealed");
            }
            case Skipped(String why) -> {
                schedule.done(now);
                tellNotSealed(LOG.atInfo(), occasion, why);
            }
            case Postponed(String why) -> {
                schedule.failed(now);
                tellNotSealed(LOG.atWarn(), occasion, why);
            }
            case Failed(String why) -> {
                schedule.failed(now);
                metrics.failed();
                health.report(Part.SEALS, why);
                tellNotSealed(LOG.atWarn(), occasion, why);
            }
        }
    }

    private static void tellNotSealed(LoggingEventBuilder log, Occasion occasion, String why) {
        log.addKeyValue("reason", why).addKeyValue("occasion", occasion).log("not sealed");
    }
}

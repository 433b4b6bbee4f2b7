package dev.cairn.relay.receipts;

import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.BusMessage.RotateReceiptsKey;
import dev.cairn.relay.bus.BusMessage.RotateReply;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.ReceiptsStatus.Waiting;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Turn;
import dev.cairn.relay.bus.Unheard;
import io.vertx.core.AsyncResult;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The single writer of all chains of receipts: answers [Address#APPEND_RECEIPTS], and records what
/// [Topic#FRAME_DROPS] tells.
///
/// A worker with a thread of its own ([#deployment]) that links; an [Assembly] behind it signs and stores, and while
/// one transaction is on its way to the disk, the next one collects. An answer means durable. What cannot be known
/// reaches `onFatal`, and the process must end.
///
/// The doors may open before [#open] is done: what comes waits. Undeploy it after they closed: it stores what
/// came, ends the chains, and closes the store.
public final class ReceiptsVerticle extends VerticleBase {

    private static final long DROPS_MILLIS = 500;
    private static final int LAST_WORK_SECONDS = 8;
    private static final int CLOSE_SECONDS = 2;
    private static final int LAST_ROUNDS_MAX = 3;
    private static final AppendReply STOPPING = new NotAppended("the relay is stopping");

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptsVerticle.class);

    private final Bus bus;
    private final ReceiptsSetup setup;
    private final ReceiptsHealth health;
    private final Latest<ReceiptsStatus> status;
    private final Unheard unheard;
    private final ReceiptLibrary library;
    private final SealableReceipts sealable;
    private final Consumer<Throwable> onFatal;
    private final Composer composer;
    private final RotationDemands demands = new RotationDemands();
    private final Losses losses;
    private final Arrivals arrivals = new Arrivals();
    private @Nullable Opener opener;
    private @Nullable Assembly assembly;
    private @Nullable LiveRotation rotation;
    private @Nullable WorkerExecutor disk;
    private @Nullable Promise<Void> idle;
    private int lossesOnTheirWay;
    private boolean linkScheduled;
    private boolean stopping;

    /// @param status which only this verticle sets
    /// @param unheard what is on its way to who listens to [Topic#RECEIPTS_APPENDED]
    /// @param library which it closes with the store
    /// @param sealable which hears of all that becomes durable
    /// @param onFatal ends the process
    ReceiptsVerticle(
            Bus bus,
            ReceiptsSetup setup,
            Latest<ReceiptsStatus> status,
            Unheard unheard,
            ReceiptLibrary library,
            SealableReceipts sealable,
            Consumer<Throwable> onFatal) {
        this.bus = bus;
        this.setup = setup;
        this.status = status;
        this.unheard = unheard;
        this.library = library;
        this.sealable = sealable;
        this.onFatal = onFatal;
        this.health = new ReceiptsHealth(bus, this::tellStatus);
        this.composer = new Composer(setup.rules(), new RandomUuids(new SecureRandom()));
        this.losses = new Losses(setup, composer);
    }

    /// How to deploy it: once, as a worker with a thread of its own.
    public static DeploymentOptions deployment() {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("cairn-receipts")
                .setWorkerPoolSize(1)
                .setInstances(1);
    }

    @Override
    public Future<?> start() {
        context.exceptionHandler(onFatal::accept); // A broken invariant: nobody can say what holds any more.
        disk = vertx.createSharedWorkerExecutor("cairn-receipts-store", 1);
        SocketWarning.start(vertx, setup.config().door());
        vertx.setPeriodic(DROPS_MILLIS, _ -> tellDueLosses());
        return Future.all(
                bus.answer(Address.APPEND_RECEIPTS, this::append),
                bus.answer(Address.ROTATE_RECEIPTS_KEY, this::rotate),
                bus.hear(Topic.FRAME_DROPS, losses::count));
    }

    /// Opens store and key and verifies where the chains end; appends from then on. Completes also if they are
    /// only out of reach for now, and are opened later; fails with what the operator has to see to.
    ///
    /// @param sealed the newest seal, of which the store has to be; `null` if there is none
    Future<Void> open(@Nullable Seal sealed) {
        Promise<Void> opened = Promise.promise();
        context.runOnContext(_ -> {
            Opener created = new Opener(vertx, health, () -> attempt(sealed), this::begin);
            opener = created;
            created.open().onComplete(opened);
        });
        return opened.future();
    }

    private Future<Working> attempt(@Nullable Seal sealed) {
        return disk().executeBlocking(() -> sealable.recover(sealed)).compose(_ -> Working.open(vertx, disk(), setup));
    }

    private void begin(Working opened) {
        sealable.opened(opened.owner(setup));
        Assembly line = new Assembly(vertx, disk(), opened, health, new Progress());
        assembly = line;
        line.watch();
        rotation = new LiveRotation(vertx, disk(), setup, composer, health, onFatal);
        tellStatus();
        LOG.atInfo().addKeyValue("chain", opened.chains().rootId()).log("receipts are signed");
        scheduleLink();
    }

    private void tellStatus() {
        Assembly line = assembly;
        status.set(
                line == null
                        ? ReceiptsStatus.notOpen(health.now())
                        : line.working().status(health.now()));
    }

    private Future<AppendReply> append(AppendReceipts request) {
        if (stopping) {
            return Future.succeededFuture(STOPPING);
        }
        scheduleLink();
        return arrivals.add(request);
    }

    private Future<RotateReply> rotate(RotateReceiptsKey request) {
        Optional<KeyNotRotated> refusal = stopping
                ? Optional.of(RotationDemands.STOPPING)
                : demands.refusal(request.peer(), setup.uptimeMillis());
        if (refusal.isPresent()) {
            return Future.succeededFuture(new RotateReply(refusal.get()));
        }
        if (assembly == null || rotation == null) {
            return Future.succeededFuture(new RotateReply(RotationDemands.NOT_OPEN));
        }
        return rotation.rotate(assembly).map(RotateReply::new);
    }

    /// Puts the linking behind the messages that have already arrived, so that it takes them along.
    private void scheduleLink() {
        if (!linkScheduled) {
            linkScheduled = true;
            context.runOnContext(_ -> link());
        }
    }

    private void link() {
        linkScheduled = false;
        if (assembly != null) {
            arrivals.moveTo(assembly);
            lookIfIdle();
        }
    }

    /// While those told last are not in the store, losses stay counted: no receipts of them pile up. They
    /// wait their turn like others, but not until the writer has nothing else to do.
    private void tellDueLosses() {
        if (assembly != null && lossesOnTheirWay == 0 && !stopping) {
            tell(losses.due());
        }
    }

    private void tell(List<AppendReceipts> drops) {
        lossesOnTheirWay += drops.size();
        for (AppendReceipts receipt : drops) {
            arrivals.add(receipt).onComplete(_ -> lossesOnTheirWay--);
            scheduleLink();
        }
    }

    /// Stores what has come, ends the chains, closes store and key.
    @Override
    public Future<?> stop() {
        stopping = true;
        return end().eventually(() -> bus.leave(context));
    }

    private Future<?> end() {
        Assembly line = assembly;
        if (line == null || rotation == null) {
            return stopUnopened();
        }
        return rotation.stop()
                .transform(_ -> line.isHeld() ? Future.failedFuture("the next key has not taken over") : end(line))
                .transform(last -> Turn.on(context, () -> stopLine(line)) // A wait that ran out goes on elsewhere.
                        .compose(left -> close(line.working()).transform(closed -> verdict(left, last, closed))));
    }

    /// How many events are lost with this stop.
    private long stopLine(Assembly line) {
        line.stop();
        return tellWhatIsLeft("receipts are closed", line.left());
    }

    private Future<Void> verdict(long left, AsyncResult<Void> last, AsyncResult<Void> closed) {
        if (last.failed()) {
            return Future.failedFuture(notEnded(left, last.cause()));
        }
        if (left > 0) {
            return Future.failedFuture(left + " events are not recorded");
        }
        return closed.succeeded() ? Future.succeededFuture() : Future.failedFuture(closed.cause());
    }

    /// What is lost with this stop, and why.
    private String notEnded(long left, Throwable cause) {
        String why = health.now() instanceof Waiting(String reason) ? reason : String.valueOf(cause.getMessage());
        return (left == 0 ? "chains are left open: " : left + " events are not recorded, and chains are left open: ")
                + why;
    }

    private Future<Void> end(Assembly line) {
        return settle(0)
                .compose(_ -> new ChainEnds(setup, composer, health, line.working()).addTo(line))
                .compose(_ -> whenIdle());
    }

    /// Stores what waits, then the losses that were counted meanwhile.
    private Future<Void> settle(int round) {
        List<AppendReceipts> drops = round == LAST_ROUNDS_MAX ? List.of() : losses.all(); // Taken only to be told.
        if (round > 0 && drops.isEmpty()) {
            return Future.succeededFuture();
        }
        tell(drops);
        return whenIdle().compose(_ -> settle(round + 1));
    }

    /// Nothing was ever open: what waits is lost, and only the log says so.
    private Future<?> stopUnopened() {
        long lost = tellWhatIsLeft("receipts were not open", LostReceipts.NONE);
        arrivals.refuse(STOPPING);
        Future<?> stopped = opener == null ? Future.succeededFuture() : opener.stop();
        return lost == 0
                ? stopped
                : stopped.transform(
                        _ -> Future.failedFuture(lost + " events are not recorded: receipts were never open"));
    }

    /// What no chain takes any more is in the log at least: receipts, and losses that no receipt tells of.
    private long tellWhatIsLeft(String words, LostReceipts onTheirWay) {
        LostReceipts left = onTheirWay.plus(arrivals.left());
        long drops = LostReceipts.sum(left.told(), losses.untold());
        LOG.atLevel(left.frames() + drops == 0 ? Level.INFO : Level.WARN)
                .addKeyValue("count", left.frames())
                .addKeyValue("drops", drops)
                .log(words);
        return LostReceipts.sum(left.frames(), drops);
    }

    /// Once the store is done with what it was given; a store that hangs stays open.
    private Future<Void> close(Working now) {
        return disk().executeBlocking(() -> now)
                .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .compose(this::closeFiles);
    }

    private Future<Void> closeFiles(Working now) {
        try {
            library.close();
        } catch (SQLException e) {
            return now.close().compose(_ -> Future.failedFuture(e));
        }
        return now.close();
    }

    private Future<Void> whenIdle() {
        Promise<Void> promise = Promise.promise();
        idle = promise;
        lookIfIdle();
        return promise.future().timeout(LAST_WORK_SECONDS, TimeUnit.SECONDS);
    }

    private void lookIfIdle() {
        if (idle != null && arrivals.size() == 0 && (assembly == null || assembly.isEmpty())) {
            idle.tryComplete();
        }
    }

    private WorkerExecutor disk() {
        if (disk == null) {
            throw new IllegalStateException("not deployed");
        }
        return disk;
    }

    /// What becomes of the receipts on their way.
    private final class Progress implements Assembly.Listener {

        @Override
        public void stored(List<SignedReceipt> receipts) {
            sealable.stored(receipts);
            tellStatus();
            setup.metrics().stored(receipts.size());
            var appended = ReceiptsAppended.of(receipts);
            var told = unheard.hasRoom() ? appended : appended.withoutContent();
            unheard.told(told.bytes());
            bus.tell(Topic.RECEIPTS_APPENDED, told);
        }

        @Override
        public void moved() {
            link();
        }

        @Override
        public void lost(ReceiptPeer peer, List<PreparedReceipt> unit) {
            losses.count(peer, unit);
        }

        @Override
        public void fatal(Throwable cause) {
            onFatal.accept(cause);
        }
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.bus.Topic;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final AppendReply STOPPING = new NotAppended("the relay is stopping");

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptsVerticle.class);

    private record Waiting(AppendReceipts request, Promise<AppendReply> reply) {}

    private final Bus bus;
    private final ReceiptsSetup setup;
    private final ReceiptsHealth health;
    private final Latest<ReceiptsStatus> status;
    private final ReceiptLibrary library;
    private final SealableReceipts sealable;
    private final Consumer<Throwable> onFatal;
    private final Composer composer;
    private final OwedDrops owed = new OwedDrops();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private @Nullable Opener opener;
    private @Nullable Assembly assembly;
    private @Nullable WorkerExecutor disk;
    private @Nullable Promise<Void> idle;
    private boolean linkScheduled;
    private boolean stopping;

    /// @param status which only this verticle sets
    /// @param library which it closes with the store
    /// @param sealable which hears of all that becomes durable
    /// @param onFatal ends the process
    ReceiptsVerticle(
            Bus bus,
            ReceiptsSetup setup,
            Latest<ReceiptsStatus> status,
            ReceiptLibrary library,
            SealableReceipts sealable,
            Consumer<Throwable> onFatal) {
        this.bus = bus;
        this.setup = setup;
        this.status = status;
        this.library = library;
        this.sealable = sealable;
        this.onFatal = onFatal;
        this.health = new ReceiptsHealth(bus, this::tellStatus);
        this.composer = new Composer(setup.rules(), new RandomUuids(new SecureRandom()));
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
        vertx.setPeriodic(DROPS_MILLIS, _ -> tellDueDrops());
        return Future.all(bus.answer(Address.APPEND_RECEIPTS, this::append), bus.hear(Topic.FRAME_DROPS, this::count));
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
        assembly = new Assembly(vertx, disk(), opened, health, new Progress());
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
        Promise<AppendReply> reply = Promise.promise();
        queue.add(new Waiting(request, reply));
        scheduleLink();
        return reply.future();
    }

    private void count(FrameDrops drops) {
        owed.add(drops, setup.uptimeMillis());
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
        Assembly line = assembly;
        if (line == null) {
            return;
        }
        while (!queue.isEmpty() && line.hasRoom()) {
            Waiting next = queue.remove();
            line.append(next.request(), next.reply());
        }
        line.flush();
        lookIfIdle();
    }

    /// While nothing gets into the store, losses stay counted: no receipts of them pile up.
    private void tellDueDrops() {
        Assembly line = assembly;
        if (line != null && line.hasRoom()) {
            tellDrops(owed.due(setup.uptimeMillis()));
        }
    }

    private void tellDrops(List<OwedDrops.Owed> due) {
        for (OwedDrops.Owed drops : due) {
            PreparedReceipt receipt = composer.relayDrops(
                    drops.reasons(),
                    drops.sessionId().isEmpty() ? null : drops.sessionId(),
                    drops.peer(),
                    setup.principals().of(drops.peer()),
                    setup.now());
            var unit = new AppendReceipts(drops.peer(), List.of(List.of(receipt)));
            queue.add(new Waiting(unit, Promise.promise()));
            scheduleLink();
        }
    }

    /// Stores what has come, ends the chains, closes store and key.
    @Override
    public Future<?> stop() {
        stopping = true;
        Assembly line = assembly;
        if (line == null) {
            return stopUnopened();
        }
        tellDrops(owed.all(setup.uptimeMillis()));
        return whenIdle().compose(_ -> endChains(line)).compose(_ -> whenIdle()).transform(last -> {
            LOG.atInfo().addKeyValue("notStored", line.receipts()).log("receipts are closed");
            return close(line.working())
                    .compose(_ -> last.succeeded() ? Future.succeededFuture() : Future.failedFuture(last.cause()));
        });
    }

    /// Nothing was ever open: what waits is lost, and only the log says so.
    private Future<?> stopUnopened() {
        LOG.atWarn().addKeyValue("notStored", queue.size()).log("receipts were not open");
        queue.forEach(waiting -> waiting.reply().complete(STOPPING));
        queue.clear();
        return opener == null ? Future.succeededFuture() : opener.stop();
    }

    private Future<Void> close(Working now) {
        try {
            library.close();
        } catch (SQLException e) {
            return now.close().compose(_ -> Future.failedFuture(e));
        }
        return now.close();
    }

    private Future<?> endChains(Assembly line) {
        try {
            for (LinkedReceipt end : new ChainEnds(setup, composer, health).link(line.working())) {
                line.add(List.of(end));
            }
        } catch (SQLException e) {
            return Future.failedFuture(e);
        }
        line.flush();
        return Future.succeededFuture();
    }

    private Future<Void> whenIdle() {
        Promise<Void> promise = Promise.promise();
        idle = promise;
        lookIfIdle();
        return promise.future().timeout(LAST_WORK_SECONDS, TimeUnit.SECONDS);
    }

    private void lookIfIdle() {
        if (idle != null && queue.isEmpty() && (assembly == null || assembly.isEmpty())) {
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
            bus.tell(Topic.RECEIPTS_APPENDED, new ReceiptsAppended(receipts));
        }

        @Override
        public void moved() {
            link();
        }

        /// What an emitter said of its own losses has not got in either, and stays owed beside the frame.
        @Override
        public void lost(ReceiptPeer peer, List<PreparedReceipt> unit) {
            DropReasons all = DropReasons.NONE;
            for (PreparedReceipt receipt : unit) {
                if (receipt.drops() == 0) {
                    setup.metrics().dropped(new DropReasons(0, 0, 0, 1));
                }
                all = all.plus(new DropReasons(0, 0, 0, Math.max(1, receipt.drops())));
            }
            count(new FrameDrops(peer, "", all, false));
        }

        @Override
        public void fatal(Throwable cause) {
            onFatal.accept(cause);
        }
    }
}

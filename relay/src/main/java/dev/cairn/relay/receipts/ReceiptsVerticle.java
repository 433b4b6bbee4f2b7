package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.receipts.ReceiptStore.Outcome;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
/// A worker with a thread of its own ([#deployment]) that links. Behind it, chunks are signed in parallel, as a
/// signature is not part of a hash, and one more thread stores them: while a transaction is on its way to the
/// disk, the next one collects. An answer means durable. A transaction that does not get in is tried again, with
/// the same receipts; what cannot be known reaches `onFatal`, and the process must end.
///
/// The doors may open before [#open] is done: what comes waits. Undeploy it after they closed: it stores what
/// came, ends the chains, and closes the store.
public final class ReceiptsVerticle extends VerticleBase {

    private static final int TRANSACTION_RECEIPTS_MAX = 4_096;
    private static final long TRANSACTION_BYTES_MAX = 8 * 1024 * 1024;
    private static final int LINKED_RECEIPTS_MAX = 2 * TRANSACTION_RECEIPTS_MAX;
    private static final long LINKED_BYTES_MAX = 2 * TRANSACTION_BYTES_MAX;
    private static final long RETRY_MILLIS = 1_000;
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
    private final Consumer<Throwable> onFatal;
    private final Composer composer;
    private final OwedDrops owed = new OwedDrops();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Conveyor conveyor = new Conveyor();
    private Future<Working> opening = Future.failedFuture("not opened");
    private @Nullable Working working;
    private @Nullable WorkerExecutor disk;
    private @Nullable Promise<Void> idle;
    private boolean linkScheduled;
    private boolean storing;
    private boolean stopping;

    /// @param status which only this verticle sets
    /// @param library which it closes with the store
    /// @param onFatal ends the process
    ReceiptsVerticle(
            Bus bus,
            ReceiptsSetup setup,
            Latest<ReceiptsStatus> status,
            ReceiptLibrary library,
            Consumer<Throwable> onFatal) {
        this.bus = bus;
        this.setup = setup;
        this.status = status;
        this.library = library;
        this.onFatal = onFatal;
        this.health = new ReceiptsHealth(bus);
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
        vertx.setPeriodic(DROPS_MILLIS, _ -> tellDrops(owed.due(setup.uptimeMillis())));
        return Future.all(bus.answer(Address.APPEND_RECEIPTS, this::append), bus.hear(Topic.FRAME_DROPS, this::count));
    }

    /// Opens store and key and verifies where the chains end; appends from then on. Fails with what the
    /// operator
    /// has to see to.
    public Future<Void> open() {
        Promise<Void> opened = Promise.promise();
        context.runOnContext(_ -> {
            opening = Working.open(vertx, disk(), setup);
            opening.onSuccess(this::begin).<Void>mapEmpty().onComplete(opened);
        });
        return opened.future();
    }

    private void begin(Working opened) {
        working = opened;
        status.set(opened.status());
        LOG.atInfo().addKeyValue("chain", opened.chains().rootId()).log("receipts are signed");
        scheduleLink();
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
        Working now = working;
        if (now == null) {
            return;
        }
        while (!queue.isEmpty() && conveyor.receipts() < LINKED_RECEIPTS_MAX && conveyor.bytes() < LINKED_BYTES_MAX) {
            Waiting next = queue.remove();
            AppendReceipts request = next.request();
            request.units().forEach(unit -> link(now, unit, request.peer()));
            conveyor.answerLater(next.reply());
        }
        sign(now, conveyor.close());
        lookIfIdle();
    }

    /// Nothing of a unit is linked unless all of it is: it belongs to one chain.
    private void link(Working now, List<PreparedReceipt> unit, ReceiptPeer peer) {
        List<LinkedReceipt> linked = new ArrayList<>(unit.size());
        try {
            for (PreparedReceipt receipt : unit) {
                linked.add(now.chains().link(receipt, peer.uid()));
            }
        } catch (UnusableChainException e) {
            health.unusable(e);
            count(ReceiptsSetup.notStored(peer, unit.size()));
            return;
        }
        sign(now, conveyor.add(linked));
    }

    private void sign(Working now, @Nullable Chunk chunk) {
        if (chunk == null) {
            return;
        }
        now.keys()
                .sign(chunk.messages())
                .onComplete(signatures -> signed(now, chunk, signatures), failure -> signLater(now, chunk, failure));
    }

    private void signed(Working now, Chunk chunk, List<byte[]> signatures) {
        chunk.sign(signatures, now.keys().verificationMethod());
        health.signs();
        store(now);
    }

    private void signLater(Working now, Chunk chunk, Throwable failure) {
        health.signsNot(failure);
        vertx.setTimer(RETRY_MILLIS, _ -> sign(now, chunk));
    }

    private void store(Working now) {
        List<Chunk> ready = storing ? List.of() : conveyor.ready(TRANSACTION_RECEIPTS_MAX, TRANSACTION_BYTES_MAX);
        if (ready.isEmpty()) {
            return;
        }
        storing = true;
        List<SignedReceipt> receipts = new ArrayList<>();
        ready.forEach(chunk -> receipts.addAll(chunk.signed()));
        disk().executeBlocking(() -> now.opened().store().append(receipts))
                .onComplete(outcome -> conclude(now, ready, receipts, outcome), onFatal::accept);
    }

    private void conclude(Working now, List<Chunk> chunks, List<SignedReceipt> receipts, Outcome outcome) {
        storing = false;
        switch (outcome) {
            case Outcome.Stored _ -> {
                conveyor.leave(chunks);
                receipts.forEach(now.counts()::stored);
                chunks.forEach(now::settled);
                status.set(now.status());
                chunks.forEach(chunk -> chunk.answer(new Appended()));
                setup.metrics().stored(receipts.size());
                health.stores();
                bus.tell(Topic.RECEIPTS_APPENDED, new ReceiptsAppended(receipts));
                link();
                store(now);
            }
            case Outcome.Kept(String reason) -> {
                health.storesNot(reason);
                vertx.setTimer(RETRY_MILLIS, _ -> store(now));
            }
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
        if (working == null) {
            queue.forEach(waiting -> waiting.reply().complete(STOPPING));
            return opening.transform(late -> late.succeeded() ? late.result().close() : Future.succeededFuture());
        }
        Working now = working;
        tellDrops(owed.all(setup.uptimeMillis()));
        return whenIdle().compose(_ -> endChains(now)).compose(_ -> whenIdle()).transform(last -> {
            LOG.atInfo().addKeyValue("notStored", conveyor.receipts()).log("receipts are closed");
            return close(now)
                    .compose(_ -> last.succeeded() ? Future.succeededFuture() : Future.failedFuture(last.cause()));
        });
    }

    private Future<Void> close(Working now) {
        try {
            library.close();
        } catch (SQLException e) {
            return now.close().compose(_ -> Future.failedFuture(e));
        }
        return now.close();
    }

    private Future<?> endChains(Working now) {
        try {
            for (LinkedReceipt end : new ChainEnds(setup, composer, health).link(now)) {
                sign(now, conveyor.add(List.of(end)));
            }
        } catch (SQLException e) {
            return Future.failedFuture(e);
        }
        sign(now, conveyor.close());
        return Future.succeededFuture();
    }

    private Future<Void> whenIdle() {
        Promise<Void> promise = Promise.promise();
        idle = promise;
        lookIfIdle();
        return promise.future().timeout(LAST_WORK_SECONDS, TimeUnit.SECONDS);
    }

    private void lookIfIdle() {
        if (idle != null && queue.isEmpty() && conveyor.isEmpty()) {
            idle.tryComplete();
        }
    }

    private WorkerExecutor disk() {
        if (disk == null) {
            throw new IllegalStateException("not deployed");
        }
        return disk;
    }
}

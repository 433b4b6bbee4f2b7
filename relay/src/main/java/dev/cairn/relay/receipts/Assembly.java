package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.receipts.ReceiptStore.Outcome;
import dev.cairn.relay.receipts.ReceiptsHealth.Matter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way of receipts from their place in a chain into the store: chunks are signed in parallel, as a signature is
/// not part of a hash, and stored in order, one transaction at a time. What does not get in is tried again, the same
/// receipts; what cannot be known reaches `onFatal`.
///
/// The single writer's context owns it.
final class Assembly {

    private static final int TRANSACTION_RECEIPTS_MAX = 4_096;
    private static final long TRANSACTION_BYTES_MAX = 8 * 1024 * 1024;
    private static final int LINKED_RECEIPTS_MAX = 2 * TRANSACTION_RECEIPTS_MAX;
    private static final long LINKED_BYTES_MAX = 2 * TRANSACTION_BYTES_MAX;
    private static final long RETRY_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 2_000;

    /// Who wants to know how far it is.
    interface Listener {

        /// These are durable; whoever waits for them is told next.
        void stored(List<SignedReceipt> receipts);

        /// There is room for more, or nothing is on its way any more.
        void moved();

        /// A unit cannot be linked: its chain takes nothing.
        void lost(ReceiptPeer peer, List<PreparedReceipt> unit);

        /// Nobody can say what holds any more.
        void fatal(Throwable cause);
    }

    private final Vertx vertx;
    private final WorkerExecutor disk;
    private final Working working;
    private final ReceiptsHealth health;
    private final Listener listener;
    private final Conveyor conveyor = new Conveyor();
    private boolean storing;
    private boolean stopped;
    private @Nullable Promise<Void> drained;

    /// @param disk one thread, on which the store is used
    Assembly(Vertx vertx, WorkerExecutor disk, Working working, ReceiptsHealth health, Listener listener) {
        this.vertx = vertx;
        this.disk = disk;
        this.working = working;
        this.health = health;
        this.listener = listener;
    }

    Working working() {
        return working;
    }

    /// Has the store looked at now and then, also while there is nothing to store: that its files are gone,
    /// the next receipt must not be the first to notice.
    void watch() {
        vertx.setTimer(LOOK_MILLIS, _ -> look());
    }

    private void look() {
        if (stopped) {
            return;
        }
        disk.executeBlocking(() -> Optional.ofNullable(working.opened().store().displaced()))
                .onComplete(this::judge, this::lookFailed);
    }

    private void lookFailed(Throwable cause) {
        if (!stopped) { // Else the store is being closed, and there is nothing to look at.
            listener.fatal(cause);
        }
    }

    private void judge(Optional<String> displaced) {
        if (displaced.isPresent()) {
            health.worksNot(Matter.STORE, displaced.get());
        } else if (conveyor.isEmpty()) { // Else the next transaction shows what else may be wrong.
            health.works(Matter.STORE);
        }
        watch();
    }

    boolean hasRoom() {
        return drained == null && conveyor.receipts() < LINKED_RECEIPTS_MAX && conveyor.bytes() < LINKED_BYTES_MAX;
    }

    /// Takes nothing more until [#release]; done when all that it has taken is durable.
    Future<Void> hold() {
        Promise<Void> promise = ((ContextInternal) vertx.getOrCreateContext()).promise(); // Also a timeout ends there.
        drained = promise;
        lookIfDrained();
        return promise.future();
    }

    /// Takes receipts again.
    void release() {
        drained = null;
        listener.moved();
    }

    boolean isHeld() {
        return drained != null;
    }

    private void lookIfDrained() {
        if (drained != null && conveyor.isEmpty()) {
            drained.tryComplete();
        }
    }

    /// Receipts that took another way are durable, while this one is held.
    void stored(List<SignedReceipt> receipts) {
        receipts.forEach(receipt -> working.chains().extended(receipt.receipt()));
        receipts.forEach(working.counts()::stored);
        listener.stored(receipts);
    }

    /// Tries no more to sign or store what is left: the store closes.
    void stop() {
        stopped = true;
    }

    boolean isEmpty() {
        return conveyor.isEmpty();
    }

    /// What is lost if it ends now.
    LostReceipts left() {
        return conveyor.left();
    }

    /// Links what is asked for; `reply` is answered when all of it is durable.
    void append(AppendReceipts request, Promise<AppendReply> reply) {
        request.units().forEach(unit -> link(unit, request.peer()));
        conveyor.answerLater(reply);
    }

    /// Nothing of a unit is linked unless all of it is: it belongs to one chain.
    private void link(List<PreparedReceipt> unit, ReceiptPeer peer) {
        List<LinkedReceipt> linked = new ArrayList<>(unit.size());
        try {
            for (PreparedReceipt receipt : unit) {
                linked.add(working.chains().link(receipt, peer.uid()));
            }
        } catch (UnusableChainException e) {
            health.unusable(e);
            listener.lost(peer, unit);
            return;
        }
        add(linked);
    }

    /// Takes receipts that have their places; they stay together.
    void add(List<LinkedReceipt> unit) {
        sign(conveyor.add(unit));
    }

    /// Has what was added signed and stored, few as it may be.
    void flush() {
        sign(conveyor.close());
    }

    private void sign(@Nullable Chunk chunk) {
        if (chunk == null || stopped) {
            return;
        }
        working.keys()
                .sign(chunk.messages())
                .onComplete(signatures -> signed(chunk, signatures), failure -> signLater(chunk, failure));
    }

    private void signed(Chunk chunk, List<byte[]> signatures) {
        chunk.sign(signatures, working.keys().verificationMethod());
        health.works(Matter.SIGN);
        store();
    }

    private void signLater(Chunk chunk, Throwable failure) {
        health.worksNot(Matter.SIGN, failure);
        vertx.setTimer(RETRY_MILLIS, _ -> sign(chunk));
    }

    private void store() {
        List<Chunk> ready =
                storing || stopped ? List.of() : conveyor.ready(TRANSACTION_RECEIPTS_MAX, TRANSACTION_BYTES_MAX);
        if (ready.isEmpty()) {
            return;
        }
        storing = true;
        List<SignedReceipt> receipts = new ArrayList<>();
        ready.forEach(chunk -> receipts.addAll(chunk.signed()));
        disk.executeBlocking(() -> working.opened().store().append(receipts))
                .onComplete(outcome -> conclude(ready, receipts, outcome), listener::fatal);
    }

    private void conclude(List<Chunk> chunks, List<SignedReceipt> receipts, Outcome outcome) {
        storing = false;
        switch (outcome) {
            case Outcome.Stored _ -> {
                conveyor.leave(chunks);
                receipts.forEach(working.counts()::stored);
                chunks.forEach(working::settled);
                listener.stored(receipts);
                chunks.forEach(chunk -> chunk.answer(new Appended()));
                health.works(Matter.STORE);
                lookIfDrained();
                listener.moved();
                store();
            }
            case Outcome.Kept(String reason) -> {
                health.worksNot(Matter.STORE, reason);
                vertx.setTimer(RETRY_MILLIS, _ -> store());
            }
        }
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way of one peer's frames on one event loop, whatever connections they came by: read at once while the
/// writer keeps up, else kept as they are until it is their turn. None overtakes another.
///
/// Owned by its event loop.
final class Lane {

    private final ReceiptPeer peer;
    private final FramePump pump;
    private final Backlog.Share waitingShare;
    private final Backlog.Share unfinishedShare;
    private final WaitingFrames<FrameConnection> waiting;
    private @Nullable String principal;
    private List<List<PreparedReceipt>> units = new ArrayList<>();
    private long price;
    private int connections;
    private Runnable atRest = () -> {};
    private @Nullable Claims owed;
    private @Nullable Function<Claims, PreparedReceipt> claim;

    /// @param waiting how much of the memory for waiting frames it may use; given back with [#close]
    /// @param unfinished likewise of that for frames that have not arrived whole
    Lane(ReceiptPeer peer, FramePump pump, Backlog.Share waiting, Backlog.Share unfinished, byte[] scratch) {
        this.peer = peer;
        this.pump = pump;
        this.waitingShare = waiting;
        this.unfinishedShare = unfinished;
        this.waiting = new WaitingFrames<>(waiting, scratch);
    }

    ReceiptPeer peer() {
        return peer;
    }

    Backlog.Share unfinished() {
        return unfinishedShare;
    }

    /// On whose behalf the peer acts. Nothing is read before that is known.
    String principal() {
        return principal == null ? PrincipalId.ofUid(peer) : principal;
    }

    void begin(String principalId) {
        principal = principalId;
        if (hasWork()) {
            pump.enter(this);
        }
    }

    void join() {
        connections++;
    }

    void leave() {
        connections--;
    }

    /// Whether nobody needs it any more.
    boolean isDone() {
        return connections == 0 && !hasWork();
    }

    /// Has somebody told when there is no work left.
    void whenAtRest(Runnable listener) {
        atRest = listener;
    }

    void rest() {
        atRest.run();
    }

    /// Gives back its shares.
    void close() {
        waitingShare.leave();
        unfinishedShare.leave();
    }

    /// Whether a frame that arrives now may be read now.
    boolean isClear() {
        return !hasWork() && principal != null && pump.hasRoom();
    }

    /// Keeps a frame until it is its turn, unless there is no room for it.
    ///
    /// @param arrivedAt milliseconds since the epoch
    boolean keep(FrameConnection connection, long arrivedAt, byte[] bytes, int from, int to) {
        boolean first = !hasWork();
        if (!waiting.add(connection, arrivedAt, bytes, from, to)) {
            return false;
        }
        if (first && principal != null) {
            pump.enter(this);
        }
        return true;
    }

    /// A frame is lost, but not what it says of frames lost before (`specs/receipts.md` 2): one receipt tells
    /// of
    /// all such claims, when there is room for it.
    ///
    /// @param receiptOf what tells of them
    void owe(Frame frame, Function<Claims, PreparedReceipt> receiptOf) {
        boolean first = !hasWork();
        owed = Claims.of(owed, frame);
        claim = receiptOf;
        if (first && principal != null) {
            pump.enter(this);
        }
    }

    /// Has frames read that have waited, up to `max` and as many as there is room for; says how many.
    int serve(int max) {
        tellClaims();
        int served = 0;
        while (served < max && !waiting.isEmpty() && pump.hasRoom()) {
            waiting.take(FrameConnection::waited);
            served++;
        }
        send();
        return served;
    }

    /// Whether it needs turns.
    boolean hasWork() {
        return !waiting.isEmpty() || owed != null;
    }

    private void tellClaims() {
        if (owed != null && claim != null) {
            PreparedReceipt receipt = claim.apply(owed);
            owed = null;
            claim = null;
            add(List.of(receipt));
        }
    }

    /// What is left of a frame that was read: receipts that belong together.
    void add(List<PreparedReceipt> unit) {
        long itsPrice = FramePump.priceOf(unit);
        units.add(unit);
        price += itsPrice;
        pump.take(itsPrice);
    }

    /// Sends on what was [#add]ed.
    void send() {
        if (!units.isEmpty()) {
            List<List<PreparedReceipt>> taken = units;
            long itsPrice = price;
            units = new ArrayList<>();
            price = 0;
            pump.append(this, taken, itsPrice);
        }
    }

    /// Gives up what waits; says how much that was.
    int giveUp() {
        int lost = waiting.count();
        waiting.clear();
        owed = null;
        return lost;
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.ArrayList;
import java.util.List;
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
        if (!waiting.isEmpty()) {
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
        return connections == 0 && waiting.isEmpty();
    }

    /// Gives back its shares.
    void close() {
        waitingShare.leave();
        unfinishedShare.leave();
    }

    /// Whether a frame that arrives now may be read now.
    boolean isClear() {
        return waiting.isEmpty() && principal != null && pump.hasRoom();
    }

    /// Keeps a frame until it is its turn, unless there is no room for it.
    ///
    /// @param arrivedAt milliseconds since the epoch
    boolean keep(FrameConnection connection, long arrivedAt, byte[] bytes, int from, int to) {
        boolean first = waiting.isEmpty();
        if (!waiting.add(connection, arrivedAt, bytes, from, to)) {
            return false;
        }
        if (first && principal != null) {
            pump.enter(this);
        }
        return true;
    }

    /// Has frames read that have waited, up to `max` and as many as there is room for; says how many.
    int serve(int max) {
        int served = 0;
        while (served < max && !waiting.isEmpty() && pump.hasRoom()) {
            waiting.take(FrameConnection::waited);
            served++;
        }
        send();
        return served;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /// What is left of a frame that was read: receipts that belong together, and what they hold.
    void add(List<PreparedReceipt> unit, long itsPrice) {
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
        return lost;
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.FairMemory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of one peer's frames on one event loop, whatever connections they came by: read at once while the
/// writer keeps up, else kept as they are until it is their turn. None overtakes another. What is lost on the way
/// is counted here, and told with what is sent.
///
/// Owned by its event loop.
final class Lane {

    /// Who has made it, and hears what becomes of it.
    interface Keeper {

        /// These are lost.
        ///
        /// @param leaving whether a connection ends, so that they are to be recorded now
        void dropped(ReceiptPeer peer, String sessionId, DropReasons reasons, boolean leaving);

        /// Neither the writer nor anybody else has these receipts.
        void notStored(ReceiptPeer peer, LostReceipts lost, String reason);

        /// Nobody needs it any more.
        void done(Lane lane);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final ReceiptPeer peer;
    private final Keeper keeper;
    private final FramePump pump;
    private final Composer composer;
    private final InstantSource clock;
    private final WaitingFrames<FrameConnection> waiting;
    private final FairMemory.Share unfinished;
    private final Claims claims = new Claims();

    private @Nullable String principal;
    private int connections;
    private boolean inTurn;
    private List<List<PreparedReceipt>> units = new ArrayList<>();
    private long price;
    private DropReasons drops = DropReasons.NONE;
    private String dropsSession = "";
    private boolean lossy;

    /// @param waiting where its frames wait; closed with [#close]
    /// @param unfinished how much of the memory for frames that have not arrived whole it may use; likewise
    Lane(
            ReceiptPeer peer,
            Keeper keeper,
            FramePump pump,
            Composer composer,
            InstantSource clock,
            WaitingFrames<FrameConnection> waiting,
            FairMemory.Share unfinished) {
        this.peer = peer;
        this.keeper = keeper;
        this.pump = pump;
        this.composer = composer;
        this.clock = clock;
        this.waiting = waiting;
        this.unfinished = unfinished;
    }

    ReceiptPeer peer() {
        return peer;
    }

    FairMemory.Share unfinished() {
        return unfinished;
    }

    /// @param principalId on whose behalf the peer acts: nothing is read before that is known
    void begin(String principalId) {
        principal = principalId;
        awaitTurn();
    }

    void join() {
        connections++;
    }

    /// A connection has ended; frames of it may wait still.
    ///
    /// @param sessionId of its last frame, if it has lost any; else empty
    void leave(String sessionId) {
        connections--;
        lose(DropReasons.NONE, sessionId);
        send(true);
        lookIfDone();
    }

    private void lookIfDone() {
        if (isDone()) {
            keeper.done(this);
        }
    }

    private boolean isDone() {
        return connections == 0 && !hasWork();
    }

    void close() {
        waiting.close();
        unfinished.leave();
    }

    /// Whether a frame that arrives now may be read now.
    boolean isClear() {
        return !hasWork() && principal != null && pump.hasRoom();
    }

    /// Keeps a frame until it is its turn, unless there is no room for it.
    ///
    /// @param arrivedAt milliseconds since the epoch
    boolean keep(FrameConnection connection, long arrivedAt, byte[] bytes, int from, int to) {
        boolean kept = waiting.add(connection, arrivedAt, bytes, from, to);
        awaitTurn();
        return kept;
    }

    /// A frame was read: its receipts go with what is sent next.
    void accept(Frame frame, Instant arrivedAt) {
        try {
            PreparedReceipt live = composer.live(frame, peer, principal(), arrivedAt);
            add(frame.dropCount() == 0 ? List.of(live) : List.of(receiptOf(Claim.of(frame), arrivedAt), live));
        } catch (RuntimeException e) {
            owe(Claim.of(frame));
            throw e;
        }
    }

    /// Counts losses, to be told with what is sent next.
    ///
    /// @param sessionId of the last frame that was accepted on the connection; empty if there was none
    void lose(DropReasons reasons, String sessionId) {
        drops = drops.plus(reasons);
        if (!sessionId.isEmpty()) {
            dropsSession = sessionId;
        }
    }

    /// A frame is lost, but not what it says of frames lost before: receipts tell of that when there is room.
    void owe(Claim claim) {
        if (claim.dropCount() > 0) {
            claims.add(claim);
            awaitTurn();
        }
    }

    private void awaitTurn() {
        if (!inTurn && principal != null && hasWork()) {
            inTurn = true;
            pump.enter(this);
        }
    }

    /// Has frames read that have waited, up to `max` and as many as there is room for; says how many.
    int serve(int max) {
        addClaims();
        int served = 0;
        while (served < max && !waiting.isEmpty() && pump.hasRoom()) {
            waiting.take(FrameConnection::waited);
            served++;
        }
        send(isDone());
        return served;
    }

    /// It gets no more turns until there is work again.
    void rest() {
        inTurn = false;
        lookIfDone();
    }

    /// Whether it needs turns.
    boolean hasWork() {
        return !waiting.isEmpty() || !claims.isEmpty();
    }

    private void addClaims() {
        for (Claim claim : claims.takeAll()) {
            try {
                add(List.of(receiptOf(claim, clock.instant())));
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("the relay failed to tell what an emitter says of losses");
                keeper.notStored(peer, new LostReceipts(0, claim.dropCount()), "the relay failed");
            }
        }
    }

    private PreparedReceipt receiptOf(Claim claim, Instant at) {
        return composer.claimedDrops(claim.dropCount(), claim.sessionId(), claim.agentId(), peer, principal(), at);
    }

    private String principal() {
        return principal == null ? PrincipalId.ofUid(peer) : principal;
    }

    private void add(List<PreparedReceipt> unit) {
        long itsPrice = FramePump.priceOf(unit);
        units.add(unit);
        price += itsPrice;
        pump.take(itsPrice);
    }

    /// Sends on the receipts of frames that were read, and tells what was lost.
    void send() {
        send(false);
    }

    private void send(boolean leaving) {
        if (!units.isEmpty()) {
            List<List<PreparedReceipt>> taken = units;
            long itsPrice = price;
            units = new ArrayList<>();
            price = 0;
            pump.append(this, taken, itsPrice);
        }
        if (drops.total() > 0 || (leaving && lossy)) {
            keeper.dropped(peer, dropsSession, drops, leaving);
            drops = DropReasons.NONE;
            lossy = !leaving;
        }
        dropsSession = ""; // Also if nothing is told: what another connection loses next is not this session's.
    }

    /// The writer has not stored what it was sent.
    void notStored(LostReceipts lost, String reason) {
        keeper.notStored(peer, lost, reason);
    }

    /// Gives up the frames that wait, but not what they say of frames lost before; says how many they were.
    int giveUp(String reason) {
        int frames = waiting.count();
        while (!waiting.isEmpty()) {
            waiting.take(FrameConnection::givenUp);
        }
        addClaims();
        send();
        if (frames > 0) {
            keeper.notStored(peer, new LostReceipts(frames, 0), reason);
        }
        return frames;
    }
}

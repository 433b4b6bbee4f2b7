package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.live.Loop;
import dev.cairn.relay.log.RefusalLog;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the sessions of one event loop share: its buffers, its parts of the limits, and the turn in which
/// answers go out together.
///
/// Everything here is touched by that event loop only.
final class IngressLoop implements AnswerQueue.StateAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(IngressLoop.class);

    private static final int SCRATCH = 64 * 1024;
    /// How long answers wait at stop to be taken.
    static final long DRAIN_MILLIS = 2_000;

    /// The chain has the rest of ten seconds to note a drop.
    private static final long DROPS_MILLIS = 1_000;

    private static final int LOGGED_PER_TICK = 8;

    /// A connection is found idle within one part in this of the timeout.
    private static final int TICKS_PER_TIMEOUT = 8;

    private final Ingress shared;
    private final Vertx vertx;
    private final ContextInternal context;
    private final Intake intake;
    private final LoopReads reads = new LoopReads(this);
    private final UnfinishedLines unfinishedLines;
    private final DropTally drops = new DropTally();
    private final RefusalLog log = new RefusalLog(LOG, LOGGED_PER_TICK);
    private final byte[] scratch = new byte[SCRATCH];
    private final long tickMillis;
    private final ByteBuilder out = new ByteBuilder(SCRATCH);
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final ArrayDeque<Session> ready = new ArrayDeque<>();
    private final Set<Session> held = new LinkedHashSet<>();
    private final Farewell farewell = new Farewell();
    private @Nullable FrameDoor frames;
    private Future<Void> lateFrames = Future.succeededFuture();
    private boolean turnComing;
    private boolean full;
    private long pendingBytes;
    private long answerBytes;
    private long tick;

    /// @param context of the event loop that owns it
    IngressLoop(Ingress shared, Vertx vertx, Context context) {
        this.shared = shared;
        this.vertx = vertx;
        this.context = (ContextInternal) context;
        this.intake = shared.newIntake();
        this.unfinishedLines = shared.newUnfinishedLines(Loop.of(context));
        this.tickMillis = Math.max(1, shared.limits().idleTimeout().toMillis() / TICKS_PER_TIMEOUT);
        awaitTick();
    }

    ContextInternal context() {
        return context;
    }

    Intake intake() {
        return intake;
    }

    /// How its Unix sockets are read.
    LoopReads reads() {
        return reads;
    }

    UnfinishedLines unfinishedLines() {
        return unfinishedLines;
    }

    /// Where a socket read is copied to; valid until the next one.
    byte[] scratch() {
        return scratch;
    }

    /// Where the answers of one write are put together.
    ByteBuilder out() {
        return out;
    }

    int lineBytesMax() {
        return shared.limits().lineBytesMax();
    }

    int unansweredBytesMax() {
        return shared.limits().unansweredBytesMax();
    }

    long tick() {
        return tick;
    }

    /// Counts a new session in, or refuses it for a cap.
    boolean admit(Session session) {
        if (!shared.admission().admits(session.peer())) {
            refused(Refusal.CONNECTIONS, session.peer());
            dropped(session.peer(), DropReason.SHED, 1);
            return false;
        }
        sessions.add(session);
        if (farewell.hasBegun()) {
            context.runOnContext(_ -> session.stop()); // What it has sent already is answered.
        }
        return true;
    }

    Farewell farewell() {
        return farewell;
    }

    void leave(Session session) {
        held.remove(session);
        if (sessions.remove(session)) {
            shared.admission().leave(session.peer());
            lookIfEmpty();
        }
    }

    /// What serves a client that speaks the receipts dialect; `null` if it is turned away.
    @Nullable
    ChannelInboundHandler frames(DuplexChannel channel, Peer peer) {
        boolean isFirst = frames == null;
        if (isFirst) {
            frames = shared.newFrameDoor(vertx, context); // With the first such client: most relays have none.
        }
        if (frames == null) {
            refused(Refusal.RECEIPTS, peer);
            return null;
        }
        ChannelInboundHandler handler = frames.admit(channel, peer);
        if (isFirst && farewell.isLateForFrames()) {
            stopLate(frames); // It has its client now, for which it waits.
        }
        return handler;
    }

    private void stopLate(FrameDoor door) {
        Promise<Void> stopped = Promise.promise();
        lateFrames = stopped.future();
        context.runOnContext(_ -> door.stop().onComplete(stopped)); // What the client has sent already is read.
    }

    /// Lets the session proceed at the end of this turn, when everything that belongs to the turn has happened.
    void later(Session session) {
        if (session.queue()) {
            ready.add(session);
            if (!turnComing) {
                turnComing = true;
                context.runOnContext(_ -> finishTurn());
            }
        }
    }

    private void finishTurn() {
        turnComing = false;
        for (int i = ready.size(); i > 0; i--) {
            ready.remove().proceed();
        }
    }

    /// Sends the records of one socket read to the chain.
    void append(Session session, PendingBatch pending) {
        RecordBatch records = intake.takeBatch();
        if (shared.chain().health() instanceof Refusing refusing) {
            settle(session, pending, records, new NotAppended(refusing.reason()));
            return;
        }
        int bytes = records.length();
        pendingBytes += bytes;
        full |= pendingBytes > shared.pendingBytesMax();
        shared.append(records).onSuccess(reply -> {
            relieve(bytes);
            settle(session, pending, records, reply);
        });
    }

    /// Has the chain sealed, as `peer` wishes.
    Future<byte[]> sealNow(Peer peer) {
        return shared.sealNow(peer);
    }

    /// Has receipts signed with a new key from now on, as `peer` wishes.
    Future<byte[]> rotateReceiptsKey(Peer peer) {
        return shared.rotateReceiptsKey(peer);
    }

    private void settle(Session session, PendingBatch pending, RecordBatch records, AppendReply reply) {
        switch (reply) {
            case Appended _ -> {
                pending.stored(records);
                shared.metrics().stored(records.count());
            }
            case NotAppended refusal -> {
                pending.refused(Failure.writeFailed(refusal.reason()).toLine());
                refused(Refusal.STORE, refusal.reason(), session.peer(), records.count());
                int lost = records.count() - refusal.stored();
                if (lost > 0) {
                    dropped(session.peer(), DropReason.STORE, lost);
                }
            }
        }
        later(session);
    }

    private void relieve(int bytes) {
        pendingBytes -= bytes;
        if (full && pendingBytes <= shared.pendingBytesMax() / 2) {
            full = false;
            held.forEach(this::later);
            held.clear();
        }
    }

    /// Whether more records wait for the disk than this loop may have waiting: then nobody is read.
    boolean isFull() {
        return full;
    }

    /// Remembers a session that is not read because the loop is full, to let it go on once there is room.
    void hold(Session session) {
        held.add(session);
    }

    /// Accounts for answers that wait to be taken. Should all of them be too much, the connection with the
    /// most goes: it asks more than it listens.
    void keepAnswers(long more) {
        answerBytes += more;
        if (more > 0 && answerBytes > shared.pendingBytesMax()) {
            sessions.stream().max(Comparator.comparingLong(Session::keptBytes)).ifPresent(this::shed);
        }
    }

    private void shed(Session session) {
        refused(Refusal.UNHEARD, session.peer());
        session.shed();
    }

    void closeAfter(long millis, Wire wire) {
        vertx.setTimer(millis, _ -> wire.close());
    }

    void refused(Refusal refusal, Peer peer) {
        refused(refusal, refusal.tag(), peer, 1);
    }

    /// @param reason nothing that the client wrote
    void refused(Refusal refusal, String reason, Peer peer, int count) {
        shared.metrics().refused(refusal, count);
        log.refused(refusal.message(), reason, who(peer), count);
    }

    /// What of a peer makes it another one to the security log.
    private static Object who(Peer peer) {
        return peer.isKnown() ? new KnownPeer(peer.pid(), peer.uid()) : "unknown";
    }

    private record KnownPeer(long pid, long uid) {

        @Override
        public String toString() {
            return "pid " + pid + " uid " + uid;
        }
    }

    void dropped(Peer peer, DropReason reason, long count) {
        shared.metrics().dropped(reason, count);
        if (drops.isEmpty()) {
            vertx.setTimer(DROPS_MILLIS, _ -> tellDrops());
        }
        drops.add(peer, reason, count);
        if (drops.isFull()) {
            tellDrops();
        }
    }

    private void tellDrops() {
        drops.take().forEach(kind -> shared.bus().tell(Topic.DROPS, kind));
    }

    @Override
    public void write(StateQuestion question, ByteBuilder to) {
        to.put(shared.answer(question));
    }

    /// One at a time: after a stall there is a chance to read before clients are judged.
    private void awaitTick() {
        vertx.setTimer(tickMillis, _ -> nextTick());
    }

    private void nextTick() {
        tick++;
        log.nextPeriod();
        for (Session session : new ArrayList<>(sessions)) {
            if (session.closeIfIdleSince(tick - TICKS_PER_TIMEOUT)) {
                shared.metrics().refused(Refusal.IDLE, 1);
            }
        }
        awaitTick();
    }

    /// Ends all conversations as soon as what has arrived is answered, or stored; done when they have ended.
    /// Those with answers that nobody takes end after two seconds.
    Future<Void> stop() {
        Future<Void> ended = farewell.begin(() -> frames == null ? Future.succeededFuture() : frames.stop());
        List.copyOf(sessions).forEach(Session::stop);
        vertx.setTimer(DRAIN_MILLIS, _ -> cutOff());
        lookIfEmpty();
        return ended.eventually(() -> lateFrames).onComplete(_ -> tellAll());
    }

    private void tellAll() {
        tellDrops();
        log.nextPeriod();
    }

    private void cutOff() {
        List.copyOf(sessions).forEach(Session::shed);
        farewell.timeIsUp();
    }

    private void lookIfEmpty() {
        if (farewell.hasBegun() && sessions.isEmpty()) {
            farewell.sessionsEnded();
        }
    }
}

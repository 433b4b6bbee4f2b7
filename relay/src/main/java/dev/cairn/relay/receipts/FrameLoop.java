package dev.cairn.relay.receipts;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Topic;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the connections of one event loop share: its reader and composer, its buffers, the lanes of their peers,
/// and the clock that finds frames that do not end.
///
/// Everything here is touched by that event loop only.
final class FrameLoop implements FrameDoor, Lane.Keeper {

    private static final int SCRATCH = 64 * 1024;
    private static final int TICKS_PER_TIMEOUT = 8;

    private static final String PLATFORM =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";

    private static final Logger LOG = LoggerFactory.getLogger(FrameLoop.class);

    private final FrameDoors shared;
    private final Vertx vertx;
    private final ContextInternal context;
    private final FrameReader reader;
    private final Composer composer;
    private final FrameLog log = new FrameLog();
    private final byte[] scratch = new byte[SCRATCH];
    private final FramePump pump;
    private final Map<ReceiptPeer, Lane> lanes = new HashMap<>();
    private final Set<FrameConnection> connections = new LinkedHashSet<>();
    private final Promise<Void> empty = Promise.promise();
    private boolean stopping;

    FrameLoop(FrameDoors shared, Vertx vertx, Context context) {
        this.shared = shared;
        this.vertx = vertx;
        this.context = (ContextInternal) context;
        this.reader = shared.newReader();
        this.composer = shared.newComposer();
        this.pump = new FramePump(shared.bus(), this.context, shared.onTheirWayMax());
        vertx.setPeriodic(Math.max(1, timeoutMillis() / TICKS_PER_TIMEOUT), _ -> tick());
    }

    @Override
    public @Nullable ChannelInboundHandler admit(DuplexChannel channel, Peer known) {
        ReceiptPeer peer = peer(known);
        if (peer == null) {
            log.refused("refused a connection: the system does not say whose it is", null);
            return null;
        }
        if (!shared.setup().config().policy().admits(known)) {
            turnedAway("refused a connection: the policy does not admit it", peer);
            return null;
        }
        if (!shared.admission().admits(peer.uid())) {
            turnedAway("refused a connection: too many are open", peer);
            return null;
        }
        shared.ownUser().admitted(peer);
        var connection = new FrameConnection(channel, this, join(peer));
        connections.add(connection);
        if (stopping) {
            context.runOnContext(_ -> connection.endInput()); // What it has sent already is read.
        }
        return connection;
    }

    private void turnedAway(String why, ReceiptPeer peer) {
        log.refused(why, peer);
        dropped(peer, "", new DropReasons(0, 0, 1, 0), true);
    }

    private static @Nullable ReceiptPeer peer(Peer known) {
        if (known.uid() == Peer.UNKNOWN || known.gid() == Peer.UNKNOWN) {
            return null;
        }
        int pid = known.pid() == Peer.UNKNOWN ? 0 : Math.toIntExact(known.pid());
        return new ReceiptPeer(
                PLATFORM, pid, known.uid(), known.gid(), known.exe().isEmpty() ? null : known.exe());
    }

    private Lane join(ReceiptPeer peer) {
        Lane lane = lanes.computeIfAbsent(peer, this::newLane);
        lane.join();
        return lane;
    }

    private Lane newLane(ReceiptPeer peer) {
        Lane lane = new Lane(
                peer,
                this,
                pump,
                composer,
                shared.setup().wall(),
                new WaitingFrames<>(shared.waiting().join(peer), scratch),
                shared.unfinished().join(peer));
        vertx.executeBlocking(() -> shared.setup().principals().of(peer), false)
                .onComplete(lane::begin, _ -> lane.begin(PrincipalId.ofUid(peer)));
        return lane;
    }

    /// The channel is closed.
    void closed(FrameConnection connection) {
        if (connections.remove(connection)) {
            shared.admission().leave(connection.peer().uid());
        }
    }

    @Override
    public void done(Lane lane) {
        if (lanes.remove(lane.peer(), lane)) {
            lane.close();
        }
        if (stopping) {
            lookIfEmpty();
        }
    }

    private void lookIfEmpty() {
        if (connections.isEmpty() && lanes.isEmpty()) {
            empty.tryComplete();
        }
    }

    ContextInternal context() {
        return context;
    }

    /// Where a socket read is copied to; valid until the next one.
    byte[] scratch() {
        return scratch;
    }

    FrameReading read(byte[] body, int from, int to) {
        return reader.read(body, from, to);
    }

    FrameLog log() {
        return log;
    }

    ReceiptsMetrics metrics() {
        return shared.setup().metrics();
    }

    Instant now() {
        return shared.setup().now();
    }

    long uptimeMillis() {
        return shared.setup().uptimeMillis();
    }

    /// Counts losses, and has them recorded.
    @Override
    public void dropped(ReceiptPeer peer, String sessionId, DropReasons reasons, boolean leaving) {
        shared.setup().metrics().dropped(reasons);
        shared.bus().tell(Topic.FRAME_DROPS, new FrameDrops(peer, sessionId, reasons, leaving));
    }

    @Override
    public void notStored(ReceiptPeer peer, LostReceipts lost, String reason) {
        log.refused("lost frames: they cannot be stored: " + reason, peer);
        shared.setup().metrics().dropped(lost.measured());
        shared.bus().tell(Topic.FRAME_DROPS, new FrameDrops(peer, "", lost.reasons(), false));
    }

    private long timeoutMillis() {
        return shared.setup().config().limits().unfinishedTimeout().toMillis();
    }

    private void tick() {
        log.nextPeriod();
        long since = uptimeMillis() - timeoutMillis();
        List.copyOf(connections).forEach(connection -> connection.tick(since));
    }

    /// Reads what the sockets hold and what waits, and ends all conversations.
    @Override
    public Future<Void> stop() {
        stopping = true;
        List.copyOf(connections).forEach(FrameConnection::endInput);
        long drain = Math.max(1, shared.setup().config().limits().drain().toMillis());
        vertx.setTimer(drain, _ -> List.copyOf(connections).forEach(FrameConnection::close));
        vertx.setTimer(drain + shared.patience().toMillis(), _ -> giveUp());
        lookIfEmpty();
        return empty.future();
    }

    /// The process has to end: what waits still is counted as lost, which the writer records.
    private void giveUp() {
        long frames = 0;
        for (Lane lane : lanes.values()) {
            frames += lane.giveUp("the relay is stopping");
        }
        if (frames > 0) {
            LOG.atWarn().addKeyValue("count", frames).log("gave up frames that wait: the relay is stopping");
        }
        empty.tryComplete();
    }
}

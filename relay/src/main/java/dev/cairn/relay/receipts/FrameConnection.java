package dev.cairn.relay.receipts;

import dev.cairn.protocol.frame.LengthDecoder;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.ReceiptPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An emitter of the receipts dialect (`specs/receipts.md` 1.3): cuts its bytes into frames, reads them, and has
/// the receipts of each socket read stored together. Never answers.
///
/// It is always read, as an emitter gives up within 100 ms: frames for which the backlog has no room are counted
/// and forgotten. A bad frame is counted, too, and the next one is read; a bad length ends the connection.
final class FrameConnection extends ChannelInboundHandlerAdapter implements LengthDecoder.FrameSink {

    private static final DropReasons FRAMING = new DropReasons(1, 0, 0, 0);
    private static final DropReasons INVALID = new DropReasons(0, 1, 0, 0);
    private static final DropReasons SHED = new DropReasons(0, 0, 1, 0);

    private static final Logger LOG = LoggerFactory.getLogger(FrameConnection.class);

    private final DuplexChannel channel;
    private final FrameLoop loop;
    private final ReceiptPeer peer;
    private final String principalId;
    private final Backlog.Share share;
    private final LengthDecoder decoder = new LengthDecoder();

    private List<List<PreparedReceipt>> units = new ArrayList<>();
    private long cost;
    private @Nullable Instant readAt;
    private DropReasons drops = DropReasons.NONE;
    private String sessionId = "";
    private @Nullable Claims claimed;
    private int fragment;
    private long fragmentSince;
    private boolean lossy;
    private boolean refused;
    private boolean ended;

    FrameConnection(DuplexChannel channel, FrameLoop loop, ReceiptPeer peer, String principalId, Backlog.Share share) {
        this.channel = channel;
        this.loop = loop;
        this.peer = peer;
        this.principalId = principalId;
        this.share = share;
    }

    ReceiptPeer peer() {
        return peer;
    }

    Backlog.Share share() {
        return share;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ContextInternal outer = loop.context().beginDispatch();
        try {
            if (message instanceof ByteBuf bytes) {
                take(bytes);
            }
        } finally {
            loop.context().endDispatch(outer);
            ReferenceCountUtil.release(message);
        }
    }

    private void take(ByteBuf bytes) {
        byte[] scratch = loop.scratch();
        while (bytes.isReadable() && !refused) {
            int length = Math.min(bytes.readableBytes(), scratch.length);
            bytes.readBytes(scratch, 0, length);
            int before = decoder.buffered();
            decoder.feed(scratch, 0, length, this);
            hold(before, length);
        }
        readCompleted();
    }

    @Override
    public void frame(byte[] bytes, int from, int to) {
        if (refused) {
            return;
        }
        if (from == to) {
            badLength();
            return;
        }
        long price = Backlog.costOf(to - from);
        if (!share.take(price)) {
            shed(bytes, from, to);
            return;
        }
        switch (loop.read(bytes, from, to)) {
            case FrameReading.Accepted(Frame frame) -> {
                cost += price;
                accept(frame);
            }
            case FrameReading.Refused(String problem) -> {
                share.give(price);
                loop.log().refused("refused a frame: " + problem, peer);
                drops = drops.plus(INVALID);
            }
        }
    }

    @Override
    public void oversize(long claimedLength) {
        badLength();
    }

    private void accept(Frame frame) {
        Instant now = readAt == null ? loop.now() : readAt;
        readAt = now;
        sessionId = Claims.kept(frame.sessionId());
        tellClaim();
        PreparedReceipt live = loop.composer().live(frame, peer, principalId, now);
        if (frame.dropCount() > 0) {
            units.add(List.of(
                    loop.composer()
                            .claimedDrops(
                                    frame.dropCount(),
                                    frame.sessionId(),
                                    frame.runtime().agentId(),
                                    peer,
                                    principalId,
                                    now),
                    live));
        } else {
            units.add(List.of(live));
        }
    }

    /// The frame is lost, but not what it says of frames lost before (`specs/receipts.md` 2).
    private void shed(byte[] bytes, int from, int to) {
        loop.log().refused("discarded frames: too many wait for the disk", peer);
        drops = drops.plus(SHED);
        if (Claims.mayBeIn(bytes, from, to)
                && loop.read(bytes, from, to) instanceof FrameReading.Accepted(Frame frame)
                && frame.dropCount() > 0) {
            claimed = Claims.of(claimed, frame);
        }
    }

    private void tellClaim() {
        if (claimed != null) {
            units.add(List.of(loop.composer()
                    .claimedDrops(
                            claimed.dropCount(),
                            claimed.sessionId(),
                            claimed.agentId(),
                            peer,
                            principalId,
                            loop.now())));
            claimed = null;
        }
    }

    private void badLength() {
        if (refused) {
            return; // What follows in the same read is not looked at.
        }
        loop.log().refused("closed a connection: a frame's length is out of bounds", peer);
        drops = drops.plus(FRAMING);
        refused = true;
        close();
    }

    /// Accounts for the part of a frame that has arrived; one for which there is no room is skipped.
    private void hold(int before, int read) {
        int now = decoder.buffered();
        if (now > 0 && (before == 0 || now != before + read)) {
            fragmentSince = loop.uptimeMillis();
        }
        if (now > fragment && !share.take(now - fragment)) {
            share.give(fragment);
            fragment = 0;
            if (decoder.skip()) {
                loop.log().refused("discarded frames: too many wait for the disk", peer);
                drops = drops.plus(SHED);
            }
            return;
        }
        if (now < fragment) {
            share.give(fragment - now);
        }
        fragment = now;
    }

    /// Sends on what one socket read brought.
    private void readCompleted() {
        readAt = null;
        if (!units.isEmpty()) {
            List<List<PreparedReceipt>> taken = units;
            long price = cost;
            units = new ArrayList<>();
            cost = 0;
            loop.append(this, taken, price);
        }
        if (drops.total() > 0 || (ended && lossy)) {
            loop.dropped(peer, sessionId, drops, ended);
            drops = DropReasons.NONE;
            lossy = true;
        }
    }

    /// Ends the connection if its frame began before `since` and has not ended.
    void tick(long since) {
        if (!ended && decoder.hasFragment() && fragmentSince <= since) {
            loop.log().refused("closed a connection: its frame does not end", peer);
            close();
        }
    }

    /// Takes what is in the socket, then its end.
    void endInput() {
        channel.shutdownInput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    void close() {
        var _ = channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete) {
            close(); // Nothing is ever written.
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.context().dispatch(this::closed);
    }

    private void closed() {
        if (ended) {
            return;
        }
        ended = true;
        if (decoder.buffered() > 0 && !refused) {
            loop.log().refused("a connection ended inside a frame", peer);
            drops = drops.plus(FRAMING);
        }
        tellClaim();
        readCompleted();
        share.give(fragment);
        fragment = 0;
        share.leave();
        loop.leave(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // Resets are normal; the end of input that follows says all.
            LOG.atError().setCause(cause).log("closed a connection: the relay failed");
            close();
        }
    }
}

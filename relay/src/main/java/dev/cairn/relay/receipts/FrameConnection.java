package dev.cairn.relay.receipts;

import dev.cairn.protocol.frame.LengthDecoder;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReading;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An emitter of the receipts dialect (`specs/receipts.md` 1.3): cuts its bytes into frames, reads them, and has
/// the receipts of each socket read stored together. Never answers.
///
/// It is always read, as an emitter gives up within 100 ms: frames that the writer cannot take yet wait in the
/// peer's [Lane], and those for which there is no room are counted and forgotten. A bad frame is counted, too, and
/// so is one that the relay fails to read; the next one is read. A bad length ends the connection.
final class FrameConnection extends ChannelInboundHandlerAdapter implements LengthDecoder.FrameSink {

    private static final DropReasons FRAMING = new DropReasons(1, 0, 0, 0);
    private static final DropReasons INVALID = new DropReasons(0, 1, 0, 0);
    private static final DropReasons SHED = new DropReasons(0, 0, 1, 0);
    private static final DropReasons STORE = new DropReasons(0, 0, 0, 1);
    private static final String SHED_WORDS = "discarded frames: too many wait for the disk";

    private static final long NOT_READ = Long.MIN_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(FrameConnection.class);

    private final DuplexChannel channel;
    private final FrameLoop loop;
    private final Lane lane;
    private final ReceiptPeer peer;
    private final LengthDecoder decoder = new LengthDecoder();

    private long readAt = NOT_READ;
    private String sessionId = "";
    private int fragment;
    private long fragmentSince;
    private boolean lossy;
    private boolean refused;
    private boolean ended;

    FrameConnection(DuplexChannel channel, FrameLoop loop, Lane lane) {
        this.channel = channel;
        this.loop = loop;
        this.lane = lane;
        this.peer = lane.peer();
    }

    ReceiptPeer peer() {
        return peer;
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
        if (readAt == NOT_READ) {
            readAt = loop.now().toEpochMilli();
        }
        if (lane.isClear()) {
            read(readAt, bytes, from, to);
        } else if (!lane.keep(this, readAt, bytes, from, to)) {
            shed(bytes, from, to);
        }
    }

    /// It is the turn of a frame that has waited; the lane sends on what comes of it.
    void waited(long arrivedAt, byte[] bytes, int length) {
        read(arrivedAt, bytes, 0, length);
    }

    /// A frame that has waited does not get its turn any more.
    void givenUp(long arrivedAt, byte[] bytes, int length) {
        oweClaim(bytes, 0, length);
    }

    private void read(long arrivedAt, byte[] bytes, int from, int to) {
        try {
            FrameReading reading = loop.read(bytes, from, to);
            switch (reading) {
                case FrameReading.Accepted(Frame frame) -> {
                    loop.metrics().skew(frame.emittedAt(), arrivedAt); // Before: what fails behind it is stored.
                    lane.accept(frame, Instant.ofEpochMilli(arrivedAt));
                    sessionId = Claims.kept(frame.sessionId());
                }
                case FrameReading.Refused(String problem, long _) -> {
                    loop.log().refused("refused a frame: " + problem, peer);
                    lose(INVALID);
                    lane.owe(Claim.of(reading));
                }
            }
        } catch (RuntimeException e) {
            loop.log().failed("lost a frame: the relay failed", peer, e);
            lose(STORE);
        }
    }

    @Override
    public void oversize(long claimedLength) {
        badLength();
    }

    private void shed(byte[] bytes, int from, int to) {
        loop.log().refused(SHED_WORDS, peer);
        lose(SHED);
        oweClaim(bytes, from, to);
    }

    /// The frame is lost, but not what it says of frames lost before (`specs/receipts.md` 2).
    private void oweClaim(byte[] bytes, int from, int to) {
        try {
            if (Claims.mayBeIn(bytes, from, to)) {
                lane.owe(Claim.of(loop.read(bytes, from, to)));
            }
        } catch (RuntimeException e) {
            loop.log().failed("lost what a frame says of losses: the relay failed", peer, e);
        }
    }

    private void badLength() {
        if (refused) {
            return; // What follows in the same read is not looked at.
        }
        loop.log().refused("closed a connection: a frame's length is out of bounds", peer);
        lose(FRAMING);
        refused = true;
        close();
    }

    /// Accounts for the part of a frame that has arrived; one for which there is no room is skipped.
    private void hold(int before, int read) {
        int buffered = decoder.buffered();
        if (buffered > 0 && (before == 0 || buffered != before + read)) {
            fragmentSince = loop.uptimeMillis();
        }
        int now = decoder.held();
        if (now > fragment && !lane.unfinished().take(now - fragment)) {
            lane.unfinished().give(fragment);
            fragment = 0;
            if (decoder.skip()) {
                loop.log().refused(SHED_WORDS, peer);
                lose(SHED);
            }
            return;
        }
        if (now < fragment) {
            lane.unfinished().give(fragment - now);
        }
        fragment = now;
    }

    /// Sends on what one socket read brought.
    private void readCompleted() {
        readAt = NOT_READ;
        lane.send();
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
            lose(FRAMING);
        }
        lane.unfinished().give(fragment);
        fragment = 0;
        loop.closed(this);
        lane.leave(lossy ? sessionId : "");
    }

    private void lose(DropReasons reasons) {
        lossy = true;
        lane.lose(reasons, sessionId);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // Resets are normal; the end of input that follows says all.
            LOG.atError().setCause(cause).log("closed a connection: the relay failed");
            lose(STORE);
            close();
        }
    }
}

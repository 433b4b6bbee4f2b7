package dev.cairn.relay.ingress;

import dev.cairn.protocol.frame.Dialect;
import dev.cairn.protocol.frame.LineDecoder;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.relay.bus.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client on a Unix socket: cuts its bytes into lines for the [Session], and takes the session's answers back.
///
/// Takes the channel over from Vert.x, whose socket would cost every idle client 5 KB for a queue of writes
/// that the session has no use for: it writes once per turn. A client that stops listening, or closes early,
/// is still read to its end.
final class UnixConnection extends ChannelInboundHandlerAdapter implements Wire, LineDecoder.LineSink {

    private static final Logger LOG = LoggerFactory.getLogger(UnixConnection.class);
    private static final int DISCARDED_MAX = 16 * 1024 * 1024;
    private static final int DISCARD_MILLIS = 1_000;

    private final DuplexChannel channel;
    private final IngressLoop loop;
    private final LineDecoder decoder;
    private final Session session;
    private boolean ownSocket;
    private boolean discarding;
    private int discarded;
    private boolean lineEnded;

    private UnixConnection(DuplexChannel channel, IngressLoop loop, UnixSocketDoor.Speech speech) {
        this.channel = channel;
        this.loop = loop;
        this.decoder = new LineDecoder(loop.lineBytesMax());
        this.ownSocket = speech == UnixSocketDoor.Speech.BY_FIRST_BYTE;
        this.session = new Session(loop, SocketPeer.of(channel), ownSocket, this);
    }

    /// Serves a client that has just connected, or turns it away.
    static void accept(NetSocketInternal socket, IngressLoop loop, UnixSocketDoor.Speech speech) {
        Channel channel = socket.channelHandlerContext().channel();
        UnixConnection connection = new UnixConnection((DuplexChannel) channel, loop, speech);
        if (speech == UnixSocketDoor.Speech.FRAMES) {
            connection.prepare();
            channel.pipeline().replace(socket.channelHandlerContext().handler(), "session", connection);
            connection.handOver();
            return;
        }
        if (!loop.admit(connection.session)) {
            connection.close();
            return;
        }
        if (connection.ownSocket) {
            loop.farewell().awaitFirstByte();
        }
        connection.prepare();
        channel.pipeline().replace(socket.channelHandlerContext().handler(), "session", connection);
    }

    private void prepare() {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setAutoClose(false); // A failed write must not stop us reading.
        channel.config().setRecvByteBufAllocator(loop.reads().of(session));
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
        if (ownSocket && bytes.isReadable()) {
            ownSocket = false;
            boolean isOurs = Dialect.of(bytes.getByte(bytes.readerIndex())) == Dialect.LINES;
            if (!isOurs) {
                handOver(bytes);
            }
            loop.farewell().firstByteCame(); // Not before: a loop that stops waits for whoever is there.
            if (!isOurs) {
                return;
            }
        }
        byte[] scratch = loop.scratch();
        while (bytes.isReadable() && channel.isOpen()) {
            int length = Math.min(bytes.readableBytes(), scratch.length);
            bytes.readBytes(scratch, 0, length);
            take(scratch, length);
        }
    }

    private void take(byte[] bytes, int length) {
        if (discarding) {
            discard(length);
            return;
        }
        lineEnded = false;
        try {
            decoder.feed(bytes, 0, length, this);
            session.unfinished(decoder.reserved(), lineEnded);
        } finally {
            session.readCompleted(); // Whatever failed: the loop's batch must not leave with another session.
        }
    }

    private void handOver(ByteBuf bytes) {
        boolean taken = handOver();
        loop.leave(session);
        if (taken) {
            channel.pipeline().fireChannelRead(bytes.retain());
        }
    }

    /// Lets the receipts dialect have the channel; `false` if nobody takes it, and it is closed.
    private boolean handOver() {
        ChannelInboundHandler other = loop.frames(channel, session.peer());
        if (other == null) {
            close();
            return false;
        }
        channel.pipeline().replace(this, "frames", other);
        return true;
    }

    @Override
    public void line(byte[] bytes, int from, int to) {
        lineEnded = true;
        session.request(bytes, from, to);
    }

    @Override
    public void oversize() {
        session.oversize();
    }

    @Override
    public void discard() {
        discarding = true;
        decoder.discard();
    }

    private void discard(int length) {
        discarded += length;
        if (discarded > DISCARDED_MAX) {
            pause();
            session.nothingMore();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete) {
            loop.context().dispatch(this::inputEnded);
        } else if (event instanceof ChannelOutputShutdownEvent) {
            session.deafened();
        }
        ReferenceCountUtil.release(event);
    }

    private void inputEnded() {
        dropFragment();
        session.nothingMore();
    }

    private void dropFragment() {
        if (decoder.hasFragment()) {
            loop.dropped(session.peer(), DropReason.FRAGMENT, 1);
        }
        decoder.discard();
        session.unfinished(0, false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.context().dispatch(this::closed);
    }

    private void closed() {
        if (ownSocket) {
            ownSocket = false;
            loop.farewell().firstByteCame();
        }
        dropFragment();
        session.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            return; // Resets are normal; the end of input that follows says all.
        }
        LOG.atError().setCause(cause).log("closed a connection: the relay failed");
        close();
    }

    @Override
    public void write(ByteBuilder answers) {
        ByteBuf bytes = channel.alloc().directBuffer(answers.length());
        bytes.writeBytes(answers.array(), 0, answers.length());
        ChannelFuture write = channel.writeAndFlush(bytes);
        if (write.isDone()) {
            session.written();
        } else {
            write.addListener(_ -> session.written());
        }
    }

    @Override
    public void pause() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resume() {
        channel.config().setAutoRead(true);
    }

    @Override
    public void endInput() {
        // What is in the socket already is still read, then its end.
        channel.shutdownInput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void refuseTheRest(Refusal why) {
        channel.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        loop.closeAfter(DISCARD_MILLIS, this);
    }

    @Override
    public void close() {
        var _ = channel.close();
    }
}

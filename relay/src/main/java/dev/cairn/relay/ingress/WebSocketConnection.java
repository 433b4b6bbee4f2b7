package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.frame.LineLimit;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.live.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// A client on a WebSocket: each text message is a request for the [Session], each answer a text frame.
///
/// The kernel knows nothing of its other end, so its peer is [Peer#NOBODY].
final class WebSocketConnection implements Wire {

    private static final short NORMAL_CLOSURE = 1000;
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short MESSAGE_TOO_BIG = 1009;
    private static final short TRY_AGAIN_LATER = 1013;
    private static final int DISCARD_MILLIS = 1_000;

    /// So much is read on for the sake of the close that may follow it.
    private static final int DISCARDED_MAX = 64 * 1024;

    private final ServerWebSocket socket;
    private final ChannelHandlerContext context;
    private final IngressLoop loop;
    private final Session session;
    private final LineLimit limit;
    private ByteBuilder message = new ByteBuilder(0);
    private int arrived;
    private boolean messageEnded;
    private boolean discarding;
    private int discarded;

    private WebSocketConnection(ServerWebSocket socket, IngressLoop loop) {
        this.socket = socket;
        this.context = ((WebSocketInternal) socket).channelHandlerContext();
        this.loop = loop;
        this.limit = LineLimit.of(loop.lineBytesMax());
        this.session = new Session(loop, Peer.NOBODY, true, this);
    }

    static void accept(ServerWebSocket socket, IngressLoop loop) {
        WebSocketConnection connection = new WebSocketConnection(socket, loop);
        socket.exceptionHandler(connection::failed);
        if (!loop.admit(connection.session)) {
            socket.close(TRY_AGAIN_LATER);
            return;
        }
        ChannelPipeline pipeline = connection.context.pipeline();
        pipeline.addFirst("cairn-arrivals", connection.new Arrivals());
        pipeline.addAfter("wsdecoder", "cairn-frames", connection.new WholeFrames()); // Pings are taken behind it.
        socket.frameHandler(connection::received);
        socket.closeHandler(_ -> connection.closed());
    }

    private void received(WebSocketFrame frame) {
        if (discarding) {
            return;
        }
        if (frame.isBinary()) {
            refuseBinary();
        } else if (frame.isText() || frame.isContinuation()) {
            take(frame.binaryData().getBytes(), frame.isFinal());
        }
    }

    /// Of other failures the close that follows says all. It follows at once: an answer that waits for the disk
    /// does not come before it.
    private void failed(Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted && !discarding) {
            if (corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
                refuseOversize();
                session.proceed();
            }
            discard();
            close((short) corrupted.closeStatus().code(), "");
        }
    }

    private void take(byte[] bytes, boolean isLast) {
        if (message.length() + bytes.length > limit.bytesMax()) {
            refuseOversize();
            return;
        }
        message.ensure(bytes.length, limit.bytesMax());
        message.put(bytes);
        if (isLast && !limit.fits(message.array(), 0, message.length())) {
            refuseOversize();
        } else if (isLast) {
            request();
        }
    }

    private void refuseOversize() {
        session.oversize();
        session.readCompleted();
    }

    private void request() {
        byte[] request = message.toByteArray();
        message = new ByteBuilder(0);
        messageEnded = true;
        try {
            if (!isBlank(request)) {
                session.request(request, 0, request.length);
            }
        } finally {
            session.readCompleted();
        }
    }

    /// Messages may come in several frames, and frames in several reads: all that has come of one counts as an
    /// unfinished line.
    private void readCompleted() {
        if (!discarding) {
            session.unfinished(message.array().length + arrived, messageEnded);
            session.readCompleted();
        }
        messageEnded = false;
    }

    private void closed() {
        dropFragment();
        session.closed();
    }

    private void dropFragment() {
        if (!discarding && message.length() + arrived > 0) {
            loop.dropped(session.peer(), DropReason.FRAGMENT, 1);
        }
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet != ' ' && octet != '\t' && octet != '\r' && octet != '\n') {
                return false;
            }
        }
        return true;
    }

    private void refuseBinary() {
        session.unfinished(0, false);
        discard();
        loop.refused(Refusal.BINARY, session.peer());
        close(UNSUPPORTED_DATA, "requests are text");
    }

    @Override
    public void write(ByteBuilder answers) {
        byte[] bytes = answers.array();
        Future<Void> last = Future.succeededFuture();
        int from = 0;
        for (int at = 0; at < answers.length(); at++) {
            if (bytes[at] == '\n') {
                last = socket.writeTextMessage(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                from = at + 1;
            }
        }
        last.onComplete(_ -> session.written());
    }

    /// Vert.x alone would read on, until it has whole frames that nobody takes.
    @Override
    public void pause() {
        socket.pause();
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        socket.resume();
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void endInput() {
        dropFragment();
        discard();
        session.nothingMore();
    }

    @Override
    public void discard() {
        discarding = true;
        message = new ByteBuilder(0);
    }

    @Override
    public void refuseTheRest(Refusal why) {
        close(why == Refusal.OVERSIZE ? MESSAGE_TOO_BIG : TRY_AGAIN_LATER, "");
    }

    @Override
    public void close() {
        dropFragment();
        discard();
        close(NORMAL_CLOSURE, "");
    }

    /// Who was held back is read again: its agreement is to come. It has little time for that, as what has come
    /// of a frame that never ends is kept until the channel closes.
    private void close(short code, String reason) {
        resume();
        socket.close(code, reason);
        var _ = context.executor().schedule(this::cutOff, DISCARD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void cutOff() {
        var _ = context.close();
    }

    /// Counts what has arrived and is in no frame yet: Netty keeps it until the frame is whole.
    private final class Arrivals extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext handler, Object message) {
            if (message instanceof ByteBuf bytes) {
                arrived += bytes.readableBytes();
                discarded += discarding && discarded <= DISCARDED_MAX ? bytes.readableBytes() : 0;
            }
            if (discarded > DISCARDED_MAX) {
                ReferenceCountUtil.release(message);
            } else {
                handler.fireChannelRead(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext handler) {
            handler.fireChannelReadComplete();
            loop.context().dispatch(WebSocketConnection.this::readCompleted);
        }
    }

    private final class WholeFrames extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext handler, Object message) {
            if (message instanceof io.netty.handler.codec.http.websocketx.WebSocketFrame frame) {
                int payload = frame.content().readableBytes();
                int length = Frames.headLength(payload) + Frames.MASK_BYTES + payload;
                arrived = Math.max(0, arrived - length); // What came with the upgrade was not counted.
            }
            handler.fireChannelRead(message);
        }
    }
}

package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;

/// The sending half of a WebSocket, written to past Vert.x's encoder and write queue.
///
/// It therefore watches the channel's own water marks. While the peer does not read, it is not read from
/// either: its pings would be answered into a queue without bound. And it closes by itself: behind what a
/// peer does not take, Vert.x's own closing would wait in that queue and go on when the connection is gone.
public final class SocketOutlet implements Outlet {

    /// One slice of 64 KiB may be written without stopping the next.
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    /// A peer that does not finish the closing handshake within this time is cut off.
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ServerWebSocket socket;
    private final ChannelHandlerContext context;
    private final Loop loop;
    private Runnable listener = () -> {};
    private long written;
    private boolean closing;

    public SocketOutlet(ServerWebSocket socket, Loop loop) {
        this.socket = socket;
        this.context = ((WebSocketInternal) socket).channelHandlerContext();
        this.loop = loop;
        context.channel().config().setWriteBufferWaterMark(WATER_MARKS);
        context.pipeline().addBefore(context.name(), "cairn-outlet", new Watch());
    }

    @Override
    public boolean isWritable() {
        return !closing && context.channel().isWritable();
    }

    @Override
    public void write(ByteBuf frames) {
        if (closing || !context.channel().isActive()) {
            frames.release();
            return;
        }
        written += frames.readableBytes();
        var _ = context.writeAndFlush(frames, context.voidPromise()); // A failure goes to the pipeline, which closes.
    }

    @Override
    public long unsent() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Override
    public long taken() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? written : written - buffer.totalPendingWriteBytes() + buffer.currentProgress();
    }

    @Override
    public void onWritable(Runnable listener) {
        this.listener = listener;
    }

    /// Closes with a code and a reason of at most 123 bytes, and cuts the connection off if that does not
    /// succeed within `patience`, or a few seconds.
    public void close(int code, String reason, Duration patience) {
        if (closing) {
            return;
        }
        closing = true;
        var _ = context.writeAndFlush(new CloseWebSocketFrame(code, reason), context.voidPromise());
        loop.schedule(Math.min(CLOSE_TIMEOUT.toNanos(), patience.toNanos()), this::cutOff);
    }

    /// Closes likewise, in a few seconds.
    public void close(int code, String reason) {
        close(code, reason, CLOSE_TIMEOUT);
    }

    /// Ends the connection at once. Closing the WebSocket alone does not free a peer that stopped reading:
    /// the close frame stays behind what it does not take.
    public void cutOff() {
        closing = true;
        Channel channel = context.channel();
        if (channel.isOpen()) {
            var _ = context.close();
        }
    }

    /// The peer closes, or agrees to; what is still on its way to it goes first.
    private void agree(CloseWebSocketFrame close) {
        Object answer = close;
        if (closing) {
            close.release();
            answer = Unpooled.EMPTY_BUFFER;
        } else {
            closing = true;
            loop.schedule(CLOSE_TIMEOUT.toNanos(), this::cutOff);
        }
        var _ = context.writeAndFlush(answer).addListener(_ -> cutOff());
    }

    private final class Watch extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext handler, Object message) {
            if (message instanceof CloseWebSocketFrame close) {
                agree(close);
            } else if (closing) {
                ReferenceCountUtil.release(message);
            } else {
                handler.fireChannelRead(message);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext handler) {
            if (handler.channel().isWritable()) {
                socket.resume();
                loop.execute(listener);
            } else {
                socket.pause();
            }
            handler.fireChannelWritabilityChanged();
        }
    }
}

package dev.cairn.relay.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/// Cuts off a WebSocket client that sends but does not read.
///
/// What a door writes is bounded by the door, and [Pongs] are; what such a client may send meanwhile is limited all
/// the same.
final class UnreadLimit extends ChannelInboundHandlerAdapter {

    static final int RECEIVED_BYTES_MAX = 4 * 1024 * 1024;

    private long received;

    private UnreadLimit() {}

    static void on(ServerWebSocket socket) {
        ChannelHandlerContext last = ((WebSocketInternal) socket).channelHandlerContext();
        last.pipeline().addFirst(new UnreadLimit());
        last.pipeline().addBefore(last.name(), "cairn-pongs", new Pongs());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (context.channel().isWritable()) {
            received = 0;
        } else if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        if (received > RECEIVED_BYTES_MAX) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
            return;
        }
        context.fireChannelRead(message);
    }
}

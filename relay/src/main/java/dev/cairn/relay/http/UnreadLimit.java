package dev.cairn.relay.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/// Cuts off a WebSocket client that sends but does not read.
///
/// What a door writes is bounded by the door, but every ping is answered by Vert.x itself, into a queue that
/// grows as long as the client leaves it unread. So what such a client may send meanwhile is limited.
final class UnreadLimit extends ChannelInboundHandlerAdapter {

    static final int RECEIVED_BYTES_MAX = 4 * 1024 * 1024;

    private long received;

    private UnreadLimit() {}

    static void on(ServerWebSocket socket) {
        ((WebSocketInternal) socket).channelHandlerContext().pipeline().addFirst(new UnreadLimit());
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

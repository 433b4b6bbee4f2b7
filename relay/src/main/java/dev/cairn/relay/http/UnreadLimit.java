package dev.cairn.relay.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/// Cuts off a WebSocket client that sends but does not read.
///
/// What a door writes is bounded by the door, but every ping is answered by Vert.x itself, into a queue that grows as long as the client
/// leaves it unread.
final class UnreadLimit extends ChannelInboundHandlerAdapter {

    /// More than any door leaves unread.
    private static final long UNREAD_BYTES_MAX = 512 * 1024;

    private UnreadLimit() {}

    static void on(ServerWebSocket socket) {
        ChannelHandlerContext context = ((WebSocketInternal) socket).channelHandlerContext();
        context.pipeline().addBefore(context.name(), "cairn-unread-limit", new UnreadLimit());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ChannelOutboundBuffer unread = context.channel().unsafe().outboundBuffer();
        if (unread != null && unread.totalPendingWriteBytes() > UNREAD_BYTES_MAX) {
            var _ = context.close();
        }
        context.fireChannelReadComplete();
    }
}

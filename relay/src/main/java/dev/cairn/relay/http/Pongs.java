package dev.cairn.relay.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;

/// Answers pings while the client takes the answers: Vert.x would keep one for each, and a ping has six bytes.
final class Pongs extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof PingWebSocketFrame ping)) {
            context.fireChannelRead(message);
        } else if (context.channel().isWritable()) {
            var _ = context.write(new PongWebSocketFrame(ping.content()), context.voidPromise());
        } else {
            ping.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        context.fireChannelReadComplete();
    }
}

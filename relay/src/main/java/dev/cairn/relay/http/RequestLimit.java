package dev.cairn.relay.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/// Cuts off a client that sends requests and does not read the answers: while those cannot leave, the server
/// decodes and keeps what comes, each request in many times its bytes, and no token is needed for that.
final class RequestLimit extends ChannelDuplexHandler {

    static final int UNANSWERED_MAX = 100;

    private int unanswered;
    private boolean cutOff;

    private RequestLimit() {}

    /// Call before anything is read.
    static void on(HttpConnection connection) {
        ChannelHandlerContext server = ((HttpServerConnection) connection).channelHandlerContext();
        server.pipeline().addBefore(server.name(), RequestLimit.class.getName(), new RequestLimit());
    }

    /// It speaks something else from now on.
    static void off(HttpConnection connection) {
        ((HttpServerConnection) connection).channelHandlerContext().pipeline().remove(RequestLimit.class);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && !cutOff && ++unanswered > UNANSWERED_MAX) {
            cutOff = true;
            var _ = context.close();
        }
        if (cutOff) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent) {
            unanswered--;
        }
        var _ = context.write(message, promise);
    }
}

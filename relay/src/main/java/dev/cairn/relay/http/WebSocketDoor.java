package dev.cairn.relay.http;

import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/// Who serves the WebSockets of a path, on the event loop of the HTTP server.
///
/// @param frameBytesMax of a frame's payload. A socket's exception handler hears of a longer one, by what it claims,
///     and of what is no frame; the client can still be told
/// @param handler takes a socket before any frame of it is read
public record WebSocketDoor(int frameBytesMax, Handler<ServerWebSocket> handler) {

    void open(ServerWebSocket socket) {
        WebSocketDecoderConfig limited = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(frameBytesMax)
                .closeOnProtocolViolation(false)
                .build();
        ((WebSocketInternal) socket)
                .channelHandlerContext()
                .pipeline()
                .replace(WebSocket13FrameDecoder.class, "wsdecoder", new WebSocket13FrameDecoder(limited));
        handler.handle(socket);
    }
}

package dev.cairn.relay.ingress;

import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;

/// The door for emitters on WebSocket `/v1/emit`: the requests of a Unix socket as text frames, one answer frame each.
///
/// Whoever owns the HTTP server authenticates a client and hands it over. Owned by the HTTP server's event loop.
public final class EmitSocket {

    private final IngressLoop loop;

    EmitSocket(IngressLoop loop) {
        this.loop = loop;
    }

    /// Serves a client that was accepted and authenticated; call on its event loop, before any frame is read.
    ///
    /// The server's `maxWebSocketMessageSize` bounds a message before it gets here; set it a little above
    /// `ingress.line_bytes_max`, so that a client whose message is too large is told so.
    public void accept(ServerWebSocket socket) {
        WebSocketConnection.accept(socket, loop);
    }

    /// Closes all clients, once what has arrived is answered; done when they have gone, or after two seconds.
    public Future<Void> stop() {
        return loop.stop();
    }
}

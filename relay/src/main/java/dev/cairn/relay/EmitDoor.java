package dev.cairn.relay;

import dev.cairn.relay.ingress.EmitSocket;
import dev.cairn.relay.ingress.Ingress;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/// The WebSocket door for emitters, on the event loop of the HTTP server.
final class EmitDoor extends VerticleBase {

    private final Ingress ingress;
    private @Nullable EmitSocket door;

    EmitDoor(Ingress ingress) {
        this.ingress = ingress;
    }

    @Override
    public Future<?> start() {
        door = ingress.emitSocket(vertx, context);
        return Future.succeededFuture();
    }

    void accept(ServerWebSocket socket) {
        if (door != null) {
            door.accept(socket);
        }
    }

    @Override
    public Future<?> stop() {
        if (door != null) {
            door.stop();
        }
        return Future.succeededFuture();
    }
}

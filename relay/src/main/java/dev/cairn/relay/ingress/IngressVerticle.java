package dev.cairn.relay.ingress;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The doors for emitters on this host: one instance per event loop, all on the same sockets.
///
/// Vert.x binds an address once and hands the accepted connections round robin to every instance that listens
/// there. That is how the instances share a domain socket: each listens at the door's bind address, and
/// [UnixSocketDoor#open] lets clients in when all of them do.
public final class IngressVerticle extends VerticleBase {

    private static final int BACKLOG = 4_096;
    private static final long DRAIN_MARGIN_MILLIS = 1_000;
    private static final long LATE_MILLIS = 50;

    private final Ingress shared;
    private final List<UnixSocketDoor> doors;
    private final List<NetServer> servers = new ArrayList<>();
    private @Nullable IngressLoop loop;

    IngressVerticle(Ingress shared, List<UnixSocketDoor> doors) {
        this.shared = shared;
        this.doors = doors;
    }

    @Override
    public Future<?> start() {
        IngressLoop started = new IngressLoop(shared, vertx, context);
        loop = started;
        return Future.all(doors.stream().map(door -> listen(door, started)).toList());
    }

    private Future<NetServer> listen(UnixSocketDoor door, IngressLoop on) {
        NetServer server = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(BACKLOG));
        servers.add(server);
        return server.connectHandler(socket -> UnixConnection.accept((NetSocketInternal) socket, on, door.speech()))
                .listen(door.bindAddress());
    }

    /// Stops accepting, answers and stores what has arrived, and ends all conversations, each dialect in
    /// its own time; what is open even then is closed. The doors' paths are gone already; who connected
    /// just before that is accepted first.
    @Override
    public Future<?> stop() {
        Promise<Void> accepted = Promise.promise();
        vertx.setTimer(LATE_MILLIS, _ -> accepted.complete());
        return accepted.future().compose(_ -> close());
    }

    private Future<?> close() {
        long millis = Math.max(IngressLoop.DRAIN_MILLIS, shared.framesDrain().toMillis()) + DRAIN_MARGIN_MILLIS;
        List<Future<Void>> closing = new ArrayList<>(servers.stream()
                .map(server -> server.shutdown(millis, TimeUnit.MILLISECONDS))
                .toList());
        if (loop != null) {
            closing.add(loop.stop());
        }
        return Future.all(closing);
    }
}

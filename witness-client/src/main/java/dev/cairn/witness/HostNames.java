package dev.cairn.witness;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks up hosts by the system's rules on threads of its own: a resolver that hangs stops neither an event
/// loop nor the look-up of another name.
final class HostNames {

    private static final String POOL = "cairn-witness-names";

    private final Vertx vertx;
    private final int namesMax;
    private @Nullable WorkerExecutor threads;

    /// @param namesMax how many may hang at once; each takes a thread
    HostNames(Vertx vertx, int namesMax) {
        this.vertx = vertx;
        this.namesMax = namesMax;
    }

    /// The addresses of a host, at least one; fails when it has none.
    Future<List<InetAddress>> resolve(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return Future.succeededFuture(List.of(InetAddress.ofLiteral(bare)));
        } catch (IllegalArgumentException _) {
            return threads()
                    .executeBlocking(() -> InetAddress.getAllByName(bare), false)
                    .map(HostNames::listed);
        }
    }

    private static List<InetAddress> listed(InetAddress @Nullable [] found) {
        return found == null ? List.of() : List.of(found);
    }

    Future<Void> close() {
        return threads == null ? Future.succeededFuture() : threads.close();
    }

    /// No thread is made for witnesses that are named by their address.
    private WorkerExecutor threads() {
        if (threads == null) {
            threads = vertx.createSharedWorkerExecutor(POOL + "-" + System.identityHashCode(this), namesMax);
        }
        return threads;
    }
}

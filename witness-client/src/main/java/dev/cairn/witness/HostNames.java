package dev.cairn.witness;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks up hosts by the system's rules on threads of its own: a resolver that hangs stops neither an event
/// loop nor the look-up of another name. A name is looked up once at a time, however many wait for it, so that
/// one that hangs holds one thread.
///
/// Its context owns it.
final class HostNames {

    private static final String POOL = "cairn-witness-names";

    private final Vertx vertx;
    private final int namesMax;
    private final Resolver resolver;
    private final Map<String, Future<List<InetAddress>>> asked = new HashMap<>();
    private @Nullable WorkerExecutor threads;

    /// Who knows the addresses of a name; blocks.
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /// @param namesMax how many may hang at once; each takes a thread
    HostNames(Vertx vertx, int namesMax) {
        this(vertx, namesMax, InetAddress::getAllByName);
    }

    HostNames(Vertx vertx, int namesMax, Resolver resolver) {
        this.vertx = vertx;
        this.namesMax = namesMax;
        this.resolver = resolver;
    }

    /// The addresses of a host, at least one; fails when it has none.
    Future<List<InetAddress>> resolve(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return Future.succeededFuture(List.of(InetAddress.ofLiteral(bare)));
        } catch (IllegalArgumentException _) {
            Future<List<InetAddress>> underWay = asked.get(bare);
            return underWay != null ? underWay : ask(bare);
        }
    }

    private Future<List<InetAddress>> ask(String name) {
        Future<List<InetAddress>> answer =
                threads().executeBlocking(() -> resolver.resolve(name), false).map(HostNames::listed);
        asked.put(name, answer);
        return answer.onComplete(_ -> asked.remove(name));
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

package dev.cairn.relay.http;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.List;

/// Deploys several verticles on one event loop, so that they may call each other without handing over: a
/// WebSocket lives on the loop of the server that accepted it. Started in order and stopped in the same
/// order: whoever serves WebSockets comes before the server and takes leave of them while it still stands.
public final class OneLoop implements Deployable {

    private final List<Deployable> verticles;

    public OneLoop(Deployable... verticles) {
        this.verticles = List.of(verticles);
    }

    @Override
    public Future<?> deploy(Context context) throws Exception {
        Future<?> all = Future.succeededFuture();
        for (Deployable verticle : verticles) {
            all = all.compose(_ -> start(verticle, context));
        }
        return all;
    }

    @Override
    public Future<?> undeploy(Context context) {
        Future<?> all = Future.succeededFuture();
        for (Deployable verticle : verticles) {
            all = all.transform(_ -> stop(verticle, context)); // One that fails to stop does not keep the others.
        }
        return all;
    }

    private static Future<Object> start(Deployable verticle, Context context) {
        try {
            return verticle.deploy(context).map(done -> done);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<Object> stop(Deployable verticle, Context context) {
        try {
            return verticle.undeploy(context).map(done -> done);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}

package dev.cairn.relay.bus;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;

/// The way back to the thread that writes the files: a wait that a timer or a witness ended goes on elsewhere,
/// and a file must not be closed from there while it is written. What follows a turn may be elsewhere again.
public final class Turn {

    private static final int PATIENCE_SECONDS = 2;

    private Turn() {}

    /// Does a step on that context, behind what it was given before; fails if a disk hangs there.
    public static <T> Future<T> on(Context context, Callable<T> step) {
        Promise<T> turn = Promise.promise();
        context.runOnContext(_ -> {
            try {
                turn.complete(step.call());
            } catch (Exception e) {
                turn.fail(e);
            }
        });
        return turn.future().timeout(PATIENCE_SECONDS, SECONDS);
    }
}

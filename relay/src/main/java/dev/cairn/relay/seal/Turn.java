package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/// The way back to the thread that writes the files: a wait that a timer or a witness ended goes on elsewhere,
/// and a file must not be closed from there while it is written.
final class Turn {

    private static final int PATIENCE_SECONDS = 2;

    private Turn() {}

    /// Completes on that context, behind what it was given before; fails if a disk hangs there.
    static Future<Void> on(Context context) {
        Promise<Void> turn = Promise.promise();
        context.runOnContext(_ -> turn.complete());
        return turn.future().timeout(PATIENCE_SECONDS, SECONDS);
    }
}

package dev.cairn.relay.ingress;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/// How one event loop ends its conversations when the relay stops: those of both dialects side by side, so that a
/// client of one that does not listen takes no time from the other (`specs/receipts.md` 1.3).
///
/// Clients whose first byte has not been read yet belong to neither: the receipts dialect ends its conversations
/// once it has got all of its clients. Touched by that event loop only.
final class Farewell {

    private final Promise<Void> sessionsEnded = Promise.promise();
    private final Promise<Void> dialectsKnown = Promise.promise();
    private int unknown;
    private boolean begun;

    boolean hasBegun() {
        return begun;
    }

    /// Whether the receipts dialect has been told to end its conversations.
    boolean isLateForFrames() {
        return dialectsKnown.future().isComplete();
    }

    /// A client has connected whose first byte will tell its dialect.
    void awaitFirstByte() {
        unknown++;
    }

    /// It has told, or is gone.
    void firstByteCame() {
        unknown--;
        look();
    }

    /// There is no session any more.
    void sessionsEnded() {
        sessionsEnded.tryComplete();
    }

    /// Nobody else is waited for.
    void timeIsUp() {
        dialectsKnown.tryComplete();
        sessionsEnded.tryComplete();
    }

    /// Done when all conversations have ended.
    ///
    /// @param frames ends those of the receipts dialect
    Future<Void> begin(Supplier<Future<Void>> frames) {
        begun = true;
        look();
        Future<Void> receipts = dialectsKnown.future().compose(_ -> frames.get());
        return Future.join(sessionsEnded.future(), receipts).mapEmpty();
    }

    private void look() {
        if (begun && unknown == 0) {
            dialectsKnown.tryComplete();
        }
    }
}

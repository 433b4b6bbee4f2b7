package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.relay.receipts.ReceiptsHealth.Matter;
import dev.cairn.relay.receipts.key.KeySourceException;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens what the single writer works with. What is out of reach for now, as a key in a Transit engine that is not
/// there yet, is tried again until it opens, while the rest of the relay goes on; what somebody has to see to first
/// fails the start.
///
/// The single writer's context owns it.
final class Opener {

    /// The start of the relay waits so long for a verdict.
    static final long VERDICT_MILLIS = 10_000;

    private static final int LAST_ATTEMPT_SECONDS = 2;
    private static final long PAUSE_MILLIS = 500;
    private static final long PAUSE_MAX_MILLIS = 15_000;

    private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

    private final Vertx vertx;
    private final ReceiptsHealth health;
    private final Supplier<Future<Working>> attempt;
    private final Consumer<Working> opened;
    private final Promise<Void> verdict = Promise.promise();
    private Future<?> last = Future.succeededFuture();
    private @Nullable Working unused;
    private long pauseMillis = PAUSE_MILLIS;
    private boolean stopped;

    /// @param opened who works with it from then on, and closes it
    Opener(Vertx vertx, ReceiptsHealth health, Supplier<Future<Working>> attempt, Consumer<Working> opened) {
        this.vertx = vertx;
        this.health = health;
        this.attempt = attempt;
        this.opened = opened;
    }

    /// Completes when everything is open, or when it will be tried again; fails with what the operator has to
    /// see to.
    Future<Void> open() {
        vertx.setTimer(VERDICT_MILLIS, _ -> tryLonger());
        attempt();
        return verdict.future();
    }

    private void attempt() {
        if (!stopped) {
            last = attempt.get().onComplete(this::conclude, this::judge);
        }
    }

    private void conclude(Working working) {
        if (stopped) {
            unused = working;
            return;
        }
        opened.accept(working);
        health.works(Matter.OPEN);
        verdict.tryComplete();
    }

    private void judge(Throwable failure) {
        if (!mayPass(failure) && verdict.tryFail(failure)) {
            return;
        }
        health.worksNot(Matter.OPEN, failure); // Once the relay runs, it goes on without receipts, whatever it is.
        verdict.tryComplete();
        LOG.atDebug().addKeyValue("millis", pauseMillis).log("receipts are opened again later");
        vertx.setTimer(pauseMillis, _ -> attempt());
        pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
    }

    private void tryLonger() {
        if (!stopped && verdict.tryComplete()) {
            health.worksNot(Matter.OPEN, "no answer within " + VERDICT_MILLIS / 1_000 + " s");
        }
    }

    /// Whether trying again may help, although nobody changes anything here.
    static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KeySourceException key && key.hope() == Hope.TRANSIENT
                    || cause instanceof SQLException sql && ReceiptStore.mayPass(sql)) {
                return true;
            }
        }
        return false;
    }

    /// Tries no more; done when nothing is open that nobody works with, or a key that does not answer has had
    /// its time.
    Future<?> stop() {
        stopped = true;
        verdict.tryFail(new IllegalStateException("the relay is stopping"));
        return last.timeout(LAST_ATTEMPT_SECONDS, SECONDS)
                .transform(_ -> unused == null ? Future.succeededFuture() : unused.close());
    }
}

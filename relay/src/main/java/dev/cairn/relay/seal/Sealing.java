package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Keys.Lookup;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.Sealable.Draft;
import dev.cairn.relay.seal.Outcome.Failed;
import dev.cairn.relay.seal.Outcome.Made;
import dev.cairn.relay.seal.Outcome.Postponed;
import dev.cairn.relay.seal.Outcome.Skipped;
import dev.cairn.relay.seal.SealHealth.Part;
import dev.cairn.relay.seal.SealSchedule.Occasion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Makes the seals of a store, one attempt after the other, and tells what came of each (`specs/audit-relay.md` 5.1,
/// 7).
///
/// One thread at a time, that of [SealVerticle], which says when; only [#end] may be called from elsewhere.
final class Sealing {

    private static final Outcome TOO_LATE = new Skipped("the relay is stopping");

    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);

    private final Sealable store;
    private final KeyWatch keys;
    private final SealBook book;
    private final SealSchedule schedule;
    private final SealHealth health;
    private final SealMetrics metrics;
    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private final Executor turns;
    private final Consumer<Seal> made;
    private final Consumer<Throwable> onFatal;
    private Future<Outcome> newest = Future.succeededFuture(new Skipped("nothing happened yet"));
    private long goal;
    private volatile boolean over;

    /// What an attempt needs and changes.
    record Parts(
            Sealable store,
            KeyWatch keys,
            SealBook book,
            SealSchedule schedule,
            SealHealth health,
            SealMetrics metrics,
            InstantSource wall,
            LongSupplier nanoTime) {}

    /// @param turns lets others have their turn on the thread that seals, then goes on there
    /// @param made hears of each seal that is durable
    /// @param onFatal ends the process
    Sealing(Parts parts, Executor turns, Consumer<Seal> made, Consumer<Throwable> onFatal) {
        this.store = parts.store();
        this.keys = parts.keys();
        this.book = parts.book();
        this.schedule = parts.schedule();
        this.health = parts.health();
        this.metrics = parts.metrics();
        this.wall = parts.wall();
        this.nanoTime = parts.nanoTime();
        this.turns = turns;
        this.made = made;
        this.onFatal = onFatal;
    }

    /// Nothing is signed or appended any more, whatever is under way or waits for it.
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /// Whether no attempt is under way.
    boolean isIdle() {
        return newest.isComplete();
    }

    /// Seals the store when the attempt before this one is over.
    Future<Outcome> seal(Occasion occasion) {
        newest = newest.transform(_ -> {
                    goal = store.count();
                    return attempt(occasion, new Skipped("nothing has changed since the last seal"));
                })
                .otherwise(cause -> new Failed(String.valueOf(cause.getMessage())))
                .onSuccess(outcome -> conclude(occasion, outcome));
        return newest;
    }

    /// @param before what came of it so far: a store may need several seals one after the other
    private Future<Outcome> attempt(Occasion occasion, Outcome before) {
        if (over) {
            return Future.succeededFuture(before instanceof Made ? before : TOO_LATE);
        }
        long count = store.count();
        long unsealed = count - book.sealedCount();
        if (count == 0) {
            return Future.succeededFuture(new Skipped("there is no record yet"));
        }
        if (unsealed <= 0 && !store.mayRepeat()) {
            return Future.succeededFuture(before);
        }
        if (!isWorth(occasion, unsealed)) {
            Outcome skipped = new Skipped("too few new records, or not to be sealed now");
            return Future.succeededFuture(before instanceof Made ? before : skipped);
        }
        Optional<String> refusal = store.refusal();
        if (refusal.isPresent()) {
            return Future.succeededFuture(new Postponed(refusal.get()));
        }
        return store.draft().map(this::make).compose(outcome -> goOn(occasion, outcome));
    }

    private boolean isWorth(Occasion occasion, long unsealed) {
        return schedule.isWorth(occasion, unsealed) || (occasion == Occasion.PERIOD && store.isPressing());
    }

    /// What one seal could not name, the next one does, after others had their turn; what has come meanwhile
    /// waits.
    private Future<Outcome> goOn(Occasion occasion, Outcome outcome) {
        if (!(outcome instanceof Made) || !store.isPressing() || book.sealedCount() >= goal) {
            return Future.succeededFuture(outcome);
        }
        Promise<Void> turn = Promise.promise();
        turns.execute(turn::complete);
        return turn.future().compose(_ -> attempt(occasion, outcome));
    }

    private Outcome make(Draft draft) {
        if (over) {
            return TOO_LATE;
        }
        keys.look();
        if (!(keys.keys().get().active() instanceof Lookup.Found(var key))) {
            return new Postponed(keys.trouble());
        }
        try {
            Seal seal = book.add(draft, wall.instant(), key);
            store.sealed(seal);
            made.accept(seal);
            return new Made(seal);
        } catch (IOException e) {
            return new Failed(String.valueOf(e.getMessage()));
        } catch (UnsyncedException e) {
            onFatal.accept(e);
            return new Failed(String.valueOf(e.getMessage()));
        }
    }

    private void conclude(Occasion occasion, Outcome outcome) {
        long now = nanoTime.getAsLong();
        switch (outcome) {
            case Made(Seal seal) -> {
                schedule.done(now);
                health.report(Part.SEALS, "");
                LOG.atInfo()
                        .addKeyValue("chain", store.store().text())
                        .addKeyValue("seq", seal.payload().count())
                        .addKeyValue("key_id", seal.keyId())
                        .addKeyValue("occasion", occasion)
                        .log("sealed");
            }
            case Skipped(String why) -> {
                schedule.done(now);
                tellNotSealed(LOG.atInfo(), occasion, why);
            }
            case Postponed(String why) -> {
                schedule.failed(now);
                tellNotSealed(LOG.atWarn(), occasion, why);
            }
            case Failed(String why) -> {
                schedule.failed(now);
                metrics.failed();
                health.report(Part.SEALS, why);
                tellNotSealed(LOG.atWarn(), occasion, why);
            }
        }
    }

    private void tellNotSealed(LoggingEventBuilder log, Occasion occasion, String why) {
        log.addKeyValue("chain", store.store().text())
                .addKeyValue("reason", why)
                .addKeyValue("occasion", occasion)
                .log("not sealed");
    }
}

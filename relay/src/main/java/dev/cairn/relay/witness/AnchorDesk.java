package dev.cairn.relay.witness;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.witness.AnchorMark;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.witness.AnchorRecord.Anchor;
import dev.cairn.relay.witness.AnchorRecord.Contradiction;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what becomes of a request for an anchor, by the rules of `specs/audit-relay.md` 6.4, and has it kept.
///
/// Requests of one lineage are judged one after the other, each when the fate of the one before is known;
/// those of different lineages share commits. The server's event loop owns it.
final class AnchorDesk {

    private static final Logger LOG = LoggerFactory.getLogger(AnchorDesk.class);

    private final AnchorLog log;
    private final Ed25519KeyPair key;
    private final InstantSource clock;
    private final int waitingMax;
    private final long indexBytesMax;
    private final Map<Lineage, Future<Judgement>> lastOf = new HashMap<>();
    private int waiting; // Requests whose fate is not known yet.
    private boolean toldFull;

    AnchorDesk(AnchorLog log, Ed25519KeyPair key, InstantSource clock, WitnessConfig.Limits limits) {
        this.log = log;
        this.key = key;
        this.clock = clock;
        this.waitingMax = limits.waitingMax();
        this.indexBytesMax = limits.indexBytesMax();
    }

    /// Judges a request when its turn comes.
    Future<Judgement> submit(Submission submission) {
        if (waiting == waitingMax) {
            return Future.succeededFuture(new Judgement.Busy());
        }
        waiting++;
        Lineage lineage = submission.lineage();
        Future<Judgement> before = lastOf.getOrDefault(lineage, Future.succeededFuture(new Judgement.NotStored()));
        Future<Judgement> mine = before.transform(_ -> log.caughtUp()).compose(_ -> judge(submission));
        lastOf.put(lineage, mine);
        return mine.onComplete(_ -> leave(lineage, mine));
    }

    private void leave(Lineage lineage, Future<Judgement> mine) {
        waiting--;
        lastOf.remove(lineage, mine);
    }

    /// Whether nothing new is taken, as memory would not hold it. Told once.
    boolean isFull() {
        boolean isFull = log.index().bytes() > indexBytesMax;
        if (isFull && !toldFull) {
            toldFull = true;
            LOG.atError()
                    .addKeyValue("anchors", log.index().anchors())
                    .addKeyValue("bytes", log.index().bytes())
                    .log("no more anchors fit into memory; give the witness more, or begin another one");
        }
        return isFull;
    }

    private Future<Judgement> judge(Submission submission) {
        String id = submission.id(key.publicKey());
        long known = log.index().seqOf(id);
        if (known != KeyTable.ABSENT) {
            return log.read(known).compose(this::repeat);
        }
        if (isFull()) {
            return Future.succeededFuture(new Judgement.Full());
        }
        long first = log.index().firstAt(submission.lineage(), submission.chainedEvents());
        if (first == KeyTable.ABSENT) {
            return anchor(submission, id, false);
        }
        return log.read(first).compose(other -> judgeBeside(other, submission, id));
    }

    /// A request that was judged before.
    private Future<Judgement> repeat(AnchorRecord record) {
        return switch (record) {
            case Anchor anchor -> Future.succeededFuture(new Judgement.Known(anchor.receipt()));
            case Contradiction contradiction ->
                log.read(log.index().seqOf(contradiction.contradicts())).map(AnchorDesk::contradicted);
        };
    }

    /// A request for a count that has an anchor: another seal of the same tip, which is as good as the first,
    /// or a contradiction.
    private Future<Judgement> judgeBeside(AnchorRecord first, Submission submission, String id) {
        if (first.tip().equals(submission.tip())) {
            return anchor(submission, id, false);
        }
        if (!submission.lineage().isOwned()) {
            return anchor(submission, id, true);
        }
        LOG.atWarn()
                .addKeyValue("token", submission.lineage().token())
                .addKeyValue("seq", submission.chainedEvents())
                .log("two tips at one count; the second is refused, both are kept");
        var evidence =
                new Contradiction(id, submission.lineage(), submission.chainedEvents(), submission.tip(), first.id());
        return log.append(evidence, submission.body(), clock.millis())
                .map(reply -> isStored(reply) ? contradicted(first) : new Judgement.NotStored());
    }

    private Future<Judgement> anchor(Submission submission, String id, boolean conflict) {
        long now = clock.millis();
        Set<AnchorMark> marks = EnumSet.noneOf(AnchorMark.class);
        if (submission.chainedEvents() < log.index().highest(submission.lineage())) {
            marks.add(AnchorMark.OUT_OF_ORDER);
        }
        if (conflict) {
            marks.add(AnchorMark.CONFLICT);
        }
        String receipt = submission.receipt(id, now, marks, key);
        var anchor = new Anchor(id, submission.lineage(), submission.chainedEvents(), submission.tip(), receipt);
        return log.append(anchor, submission.body(), now)
                .compose(reply -> log.caughtUp().map(reply))
                .map(reply -> isStored(reply) ? new Judgement.Anchored(receipt) : new Judgement.NotStored());
    }

    private static Judgement contradicted(AnchorRecord first) {
        if (first instanceof Anchor anchor) {
            return new Judgement.Contradicts(anchor.receipt());
        }
        throw new IllegalStateException(first.id() + " is no anchor");
    }

    private static boolean isStored(AppendReply reply) {
        return switch (reply) {
            case Appended _ -> true;
            case NotAppended _ -> false;
        };
    }
}

package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.BusMessage.HeartbeatAppended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.Note;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.chain.ChainStore.Outcome;
import dev.cairn.relay.chain.Committer.Commit;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The single writer of the audit chain: answers [Address#APPEND_AUDIT], [Address#BEAT_AUDIT] and
/// [Address#NOTE_AUDIT], and notes what [Topic#DROPS] tells.
///
/// A worker with one thread of its own ([#deployment]), because it links, writes and syncs in one go: while
/// it waits for the disk, the next batches queue up, and one commit takes them all. That thread owns every
/// field here, so nothing is locked. Deploy it before the doors open and undeploy it after they closed: it
/// then commits what came, writes its last line and closes the store.
///
/// An answer means durable. What it means when a write fails is in [Chain#settle]; what cannot be known
/// reaches `onFatal`, and the process must end.
public final class ChainVerticle extends VerticleBase {

    private static final String PART = "chain";
    private static final String STOPPING = "the relay is stopping";
    private static final Delays DELAYS = new Delays(1_000, 5_000);

    private static final Logger LOG = LoggerFactory.getLogger(ChainVerticle.class);

    private final Bus bus;
    private final RelayConfig.Chain config;
    private final Clocks clocks;
    private final Latest<ChainStatus> status;
    private final Unheard unheard;
    private final Consumer<Throwable> onFatal;
    private final Delays delays;
    private final RecoveredChain recovered;
    private final Committer committer;
    private final Agenda agenda;
    private final Checkpoints checkpoints;
    private final Refusals refusals = new Refusals();
    private final CommitQueue queue = new CommitQueue();
    private boolean commitScheduled;
    private boolean commitDelayed;
    private long lastBeatMillis;

    /// @param retryMillis between two attempts to write to a store that took no more
    /// @param noteMillis between a drop and the note of it: half of what is promised
    record Delays(long retryMillis, long noteMillis) {}

    /// @param recovered what [Recovery] found, which this verticle takes over
    /// @param status begun with [RecoveredChain#status]; only this verticle sets it from now on
    /// @param unheard what is on its way to who listens to [Topic#RECORDS_APPENDED]
    /// @param onFatal ends the process
    public ChainVerticle(
            Vertx vertx,
            Bus bus,
            RecoveredChain recovered,
            RelayConfig config,
            Clocks clocks,
            Latest<ChainStatus> status,
            Unheard unheard,
            Consumer<Throwable> onFatal) {
        this(vertx, bus, recovered, config, clocks, status, unheard, onFatal, DELAYS);
    }

    ChainVerticle(
            Vertx vertx,
            Bus bus,
            RecoveredChain recovered,
            RelayConfig config,
            Clocks clocks,
            Latest<ChainStatus> status,
            Unheard unheard,
            Consumer<Throwable> onFatal,
            Delays delays) {
        this.bus = bus;
        this.config = config.chain();
        this.clocks = clocks;
        this.status = status;
        this.unheard = unheard;
        this.onFatal = onFatal;
        this.delays = delays;
        this.recovered = recovered;
        this.committer = recovered.committer(config.heartbeat().interval().toMillis());
        this.agenda = new Agenda(config.heartbeat(), recovered.accepted(), clocks.now());
        this.checkpoints = new Checkpoints(
                recovered.checkpointFile(), vertx, clocks, !recovered.accepted().isEmpty());
    }

    /// How to deploy it: once, as a worker with a thread of its own.
    public static DeploymentOptions deployment() {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("cairn-chain")
                .setWorkerPoolSize(1)
                .setInstances(1);
    }

    /// Writes what recovery left to write and the `start` line, then opens the doors. A full disk does not
    /// stop it.
    @Override
    public Future<?> start() {
        context.exceptionHandler(onFatal::accept); // A broken invariant: nobody can say what holds any more.
        lastBeatMillis = clocks.wall().millis();
        commit();
        recovered.headCheck().start(damage -> context.runOnContext(_ -> refuseForDamage(damage)));
        return Future.all(
                bus.answer(Address.APPEND_AUDIT, this::append),
                bus.answer(Address.BEAT_AUDIT, this::beat),
                bus.answer(Address.NOTE_AUDIT, this::note),
                bus.hear(Topic.DROPS, this::count));
    }

    /// Commits what is queued, writes the `stop` line and a checkpoint, closes the store.
    @Override
    public Future<?> stop() {
        recovered.headCheck().stop();
        while (queue.hasBatches() && refusals.isWriting()) {
            commit();
        }
        refusals.stopping(STOPPING);
        Future<?> last = refusals.isFatal() ? Future.succeededFuture() : writeStop();
        return last.eventually(checkpoints::close)
                .onComplete(_ -> recovered.close())
                .eventually(() -> bus.leave(context));
    }

    private Future<?> writeStop() {
        agenda.stop();
        return write()
                ? checkpoints.last(committer.checkpoint())
                : Future.failedFuture("the log's last line is not written: " + refusals.obstacle());
    }

    private Future<AppendReply> append(Append request) {
        if (refusals.isRefusing()) {
            return Future.succeededFuture(new NotAppended(refusals.reason()));
        }
        Future<AppendReply> reply = queue.add(request.batch());
        scheduleCommit();
        return reply;
    }

    /// A heartbeat line goes out with the next commit, whatever else waits.
    private Future<AppendReply> beat(Beat request) {
        lastBeatMillis = clocks.wall().millis();
        agenda.beat(clocks.now());
        publish();
        if (!refusals.isDamaged() && !committer.store().isInPlace()) {
            refuseForDamage("the log was moved, replaced or deleted while the relay wrote to it");
        }
        if (!refusals.isWriting()) {
            return Future.succeededFuture(new NotAppended(refusals.reason()));
        }
        Future<AppendReply> reply = queue.addBeat();
        scheduleCommit();
        return reply;
    }

    private Future<AppendReply> note(Note request) {
        if (!refusals.isWriting()) {
            return Future.succeededFuture(new NotAppended(refusals.reason()));
        }
        agenda.tell(request.note());
        Future<AppendReply> reply = queue.addBeat();
        scheduleCommit();
        return reply;
    }

    private void count(Drops drops) {
        if (agenda.count(drops)) {
            vertx.setTimer(delays.noteMillis(), _ -> tellNotes());
        }
    }

    private void tellNotes() {
        agenda.tellNotes();
        scheduleCommit();
    }

    /// Puts the commit behind the messages that have already arrived, so that it takes them along.
    private void scheduleCommit() {
        boolean full = queue.bytes() >= config.batchBytesMax();
        if (commitScheduled && !(full && commitDelayed)) {
            return;
        }
        commitScheduled = true;
        commitDelayed = !full && !config.commitDelay().isZero();
        if (commitDelayed) {
            vertx.setTimer(Math.max(1, config.commitDelay().toMillis()), _ -> commit());
        } else {
            context.runOnContext(_ -> commit());
        }
    }

    private void commit() {
        commitScheduled = false;
        if (refusals.isWriting()) {
            write();
        }
        if (queue.hasBatches()) {
            scheduleCommit();
        }
    }

    /// Commits what waits and the heartbeat lines that are due, and tells everybody what came of it; `true`
    /// if something was written and got in whole.
    private boolean write() {
        Moment now = clocks.now();
        Asked asked = new Asked();
        Commit commit;
        try {
            Draft draft = committer.draft(now);
            queue.takeInto(draft, committer.chain(), config.batchBytesMax(), asked);
            agenda.draft(committer.chain(), draft, now);
            if (draft.length() == 0) {
                asked.answerAll(new Appended()); // The last line's promise covers it.
                return false;
            }
            commit = committer.commit(draft);
        } catch (RuntimeException | Error e) {
            die(e, asked);
            return false;
        }
        commit.heartbeats().forEach(line -> agenda.settle(line, now));
        switch (commit.outcome()) {
            case Outcome.Stored _ -> stored(asked);
            case Outcome.Cut(long _, String reason) -> cut(reason, asked, commit.batches());
        }
        tell(commit);
        return commit.isWhole();
    }

    /// The status first: who asks for the state after an answer must find the record. Then the answers, for
    /// which somebody waits with a watch in hand, then the subscribers.
    private void stored(Asked asked) {
        boolean recovers = refusals.isBlocked();
        refusals.unblocked();
        publish();
        asked.answerAll(new Appended());
        if (recovers) {
            LOG.atInfo().addKeyValue("seq", committer.chain().tip().count()).log("the log takes lines again");
        }
        if (recovers && !refusals.isRefusing()) {
            bus.tellControl(new Recovered(PART));
        }
        checkpoints.afterCommit(committer);
    }

    private void cut(String reason, Asked asked, List<RecordBatch> inTheChain) {
        boolean news = !refusals.isBlocked();
        refusals.blocked(reason);
        publish();
        refuse(asked, inTheChain);
        if (news) {
            LOG.atError().addKeyValue("reason", reason).log("the log takes no more lines; events are refused");
            bus.tellControl(new Degraded(PART, reason));
        }
        vertx.setTimer(delays.retryMillis(), _ -> retry());
    }

    private void retry() {
        if (refusals.isBlocked() && !refusals.isFatal()) {
            agenda.probe();
            write();
        }
    }

    private void tell(Commit commit) {
        if (!commit.batches().isEmpty()) {
            var appended = new RecordsAppended(commit.firstSeq(), commit.records(), commit.batches());
            var told = unheard.hasRoom() ? appended : appended.withoutContent();
            unheard.told(told.bytes());
            bus.tell(Topic.RECORDS_APPENDED, told);
        }
        for (HeartbeatLine line : commit.heartbeats()) {
            bus.tell(Topic.HEARTBEAT_APPENDED, new HeartbeatAppended(line.text()));
        }
    }

    private void refuseForDamage(String damage) {
        refusals.damage(damage);
        publish();
        LOG.atError().addKeyValue("reason", damage).log("the log is damaged; events are refused");
        bus.tellControl(new Degraded(PART, damage));
    }

    /// Only a restart can tell what is durable.
    private void die(Throwable cause, Asked asked) {
        refusals.fatal(String.valueOf(cause.getMessage()));
        publish();
        refuse(asked, List.of());
        onFatal.accept(cause);
    }

    private void refuse(Asked asked, List<RecordBatch> inTheChain) {
        asked.refuse(refusals.reason(), inTheChain);
        queue.answerAll(new NotAppended(refusals.reason()));
    }

    private void publish() {
        status.set(new ChainStatus(committer.chain().tip(), lastBeatMillis, refusals.health(), committer.gaps()));
    }
}

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
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.chain.ChainStore.Outcome;
import dev.cairn.relay.chain.ChainStore.UnknownFateException;
import dev.cairn.relay.chain.Committer.Commit;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The single writer of the audit chain: answers [Address#APPEND_AUDIT] and [Address#BEAT_AUDIT], and notes what
/// [Topic#DROPS] tells.
///
/// A worker with one thread of its own ([#deployment]), because it links, writes and syncs in one go: while it waits
/// for the disk, the
/// next batches queue up, and one commit takes them all. That thread owns every field here, so nothing is locked.
/// Deploy it before the
/// doors open and undeploy it after they closed: it then commits what came, writes its last line and closes the store.
///
/// An answer means durable. What it means when a write fails is in [Chain#settle]; what cannot be known reaches
/// `onFatal`, and the
/// process must end.
public final class ChainVerticle extends VerticleBase {

    private static final String PART = "chain";
    private static final String STOPPING = "the relay is stopping";
    private static final long RETRY_MILLIS = 1_000;
    /// Half of what is promised for a note.
    private static final long NOTE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChainVerticle.class);

    private final Bus bus;
    private final RelayConfig.Chain config;
    private final Clocks clocks;
    private final Latest<ChainStatus> status;
    private final Consumer<Throwable> onFatal;
    private final long retryMillis;
    private final RecoveredChain recovered;
    private final Committer committer;
    private final Agenda agenda;
    private final Checkpoints checkpoints;
    private final Refusals refusals = new Refusals();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final List<Promise<AppendReply>> beats = new ArrayList<>();
    private long queuedBytes;
    private boolean commitScheduled;
    private boolean commitDelayed;
    private long lastBeatMillis;

    /// @param recovered what [Recovery] found, which this verticle takes over
    /// @param status begun with [RecoveredChain#status]; only this verticle sets it from now on
    /// @param onFatal ends the process
    public ChainVerticle(
            Vertx vertx,
            Bus bus,
            RecoveredChain recovered,
            RelayConfig config,
            Clocks clocks,
            Latest<ChainStatus> status,
            Consumer<Throwable> onFatal) {
        this(vertx, bus, recovered, config, clocks, status, onFatal, RETRY_MILLIS);
    }

    ChainVerticle(
            Vertx vertx,
            Bus bus,
            RecoveredChain recovered,
            RelayConfig config,
            Clocks clocks,
            Latest<ChainStatus> status,
            Consumer<Throwable> onFatal,
            long retryMillis) {
        this.bus = bus;
        this.config = config.chain();
        this.clocks = clocks;
        this.status = status;
        this.onFatal = onFatal;
        this.retryMillis = retryMillis;
        this.recovered = recovered;
        this.committer = recovered.committer(config.heartbeat().interval().toMillis());
        this.agenda = new Agenda(config.heartbeat(), recovered.accepted(), clocks.now());
        this.checkpoints = new Checkpoints(recovered.checkpointFile(), vertx, clocks);
    }

    /// How to deploy it: once, as a worker with a thread of its own.
    public static DeploymentOptions deployment() {
        return new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("cairn-chain")
                .setWorkerPoolSize(1)
                .setInstances(1);
    }

    /// Writes what recovery left to write and the `start` line, then opens the doors. A full disk does not stop
    /// it.
    @Override
    public Future<?> start() {
        lastBeatMillis = clocks.wall().millis();
        commit();
        recovered.headCheck().start(damage -> context.runOnContext(_ -> refuseForDamage(damage)));
        return Future.all(
                bus.answer(Address.APPEND_AUDIT, this::append),
                bus.answer(Address.BEAT_AUDIT, this::beat),
                bus.hear(Topic.DROPS, this::count));
    }

    /// Commits what is queued, writes the `stop` line and a checkpoint, closes the store.
    @Override
    public Future<?> stop() {
        recovered.headCheck().stop();
        while (!queue.isEmpty() && refusals.isWriting()) {
            commit();
        }
        refusals.stopping(STOPPING);
        Future<?> last = refusals.isFatal() ? Future.succeededFuture() : writeStop();
        return last.eventually(checkpoints::close).onComplete(_ -> recovered.close());
    }

    private Future<?> writeStop() {
        agenda.stop();
        Draft draft = committer.draft(clocks.now());
        return write(draft, List.of()) ? checkpoints.last(committer.checkpoint(draft)) : Future.succeededFuture();
    }

    private Future<AppendReply> append(Append request) {
        if (refusals.isRefusing()) {
            return Future.succeededFuture(new NotAppended(refusals.reason()));
        }
        Waiting waiting = new Waiting(request.batch(), Promise.promise());
        queue.add(waiting);
        queuedBytes += request.batch().length();
        scheduleCommit();
        return waiting.reply().future();
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
        Promise<AppendReply> reply = Promise.promise();
        beats.add(reply);
        scheduleCommit();
        return reply.future();
    }

    private void count(Drops drops) {
        if (agenda.count(drops)) {
            vertx.setTimer(NOTE_MILLIS, _ -> tellNotes());
        }
    }

    private void tellNotes() {
        agenda.tellNotes();
        scheduleCommit();
    }

    /// Puts the commit behind the messages that have already arrived, so that it takes them along.
    private void scheduleCommit() {
        boolean full = queuedBytes >= config.batchBytesMax();
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
            Draft draft = committer.draft(clocks.now());
            write(draft, takeInto(draft));
        }
        if (!queue.isEmpty()) {
            scheduleCommit();
        }
    }

    private List<Waiting> takeInto(Draft draft) {
        List<Waiting> taken = new ArrayList<>(queue.size());
        Waiting next = queue.peek();
        while (next != null && (taken.isEmpty() || draft.length() + next.batch().length() <= config.batchBytesMax())) {
            committer.chain().append(draft, next.batch());
            queuedBytes -= next.batch().length();
            taken.add(queue.remove());
            next = queue.peek();
        }
        return taken;
    }

    /// Commits `draft` with the heartbeat lines that are due, and tells everybody what came of it; `true` if it
    /// is stored as a whole.
    private boolean write(Draft draft, List<Waiting> taken) {
        Moment now = clocks.now();
        agenda.draft(committer.chain(), draft, now);
        List<Promise<AppendReply>> asked = List.copyOf(beats);
        beats.clear();
        if (draft.length() == 0) {
            asked.forEach(beat -> beat.complete(new Appended())); // The last line's promise covers it.
            return false;
        }
        Commit commit;
        try {
            commit = committer.commit(draft);
        } catch (UnknownFateException e) {
            die(e, taken, asked);
            return false;
        }
        commit.heartbeats().forEach(line -> agenda.settle(line, now));
        switch (commit.outcome()) {
            case Outcome.Stored _ -> stored(draft, taken, asked);
            case Outcome.Cut(long _, String reason) -> cut(reason, taken, asked);
        }
        tell(commit);
        return commit.isWhole();
    }

    /// The status first: who asks for the state after an answer must find the record. Then the answers, for
    /// which somebody waits with a
    /// watch in hand, then the subscribers.
    private void stored(Draft draft, List<Waiting> taken, List<Promise<AppendReply>> asked) {
        boolean recovered = refusals.isBlocked();
        refusals.unblocked();
        publish();
        AppendReply reply = new Appended();
        taken.forEach(waiting -> waiting.reply().complete(reply));
        asked.forEach(beat -> beat.complete(reply));
        if (recovered) {
            LOG.atInfo().addKeyValue("seq", committer.chain().tip().count()).log("the log takes lines again");
            bus.tell(Topic.CONTROL, new Recovered(PART));
        }
        checkpoints.afterCommit(committer, draft);
    }

    private void cut(String reason, List<Waiting> taken, List<Promise<AppendReply>> asked) {
        boolean news = !refusals.isBlocked();
        refusals.blocked(reason);
        publish();
        refuse(taken, asked);
        if (news) {
            LOG.atError().addKeyValue("reason", reason).log("the log takes no more lines; events are refused");
            bus.tell(Topic.CONTROL, new Degraded(PART, reason));
        }
        vertx.setTimer(retryMillis, _ -> retry());
    }

    private void retry() {
        if (refusals.isFatal() || !refusals.isBlocked()) {
            return;
        }
        Moment now = clocks.now();
        Draft draft = committer.draft(now);
        agenda.tellNotes();
        if (draft.length() == 0 && !agenda.isDue()) {
            agenda.probe(committer.chain(), draft, now);
        }
        write(draft, List.of());
    }

    private void tell(Commit commit) {
        if (!commit.batches().isEmpty()) {
            bus.tell(Topic.RECORDS_APPENDED, new RecordsAppended(commit.firstSeq(), commit.offset(), commit.batches()));
        }
        for (HeartbeatLine line : commit.heartbeats()) {
            bus.tell(Topic.HEARTBEAT_APPENDED, new HeartbeatAppended(line.text()));
        }
    }

    private void refuseForDamage(String damage) {
        refusals.damage(damage);
        publish();
        LOG.atError().addKeyValue("reason", damage).log("the log is damaged; events are refused");
        bus.tell(Topic.CONTROL, new Degraded(PART, damage));
    }

    /// Only a restart can tell what is durable.
    private void die(UnknownFateException cause, List<Waiting> taken, List<Promise<AppendReply>> asked) {
        refusals.fatal(String.valueOf(cause.getMessage()));
        publish();
        refuse(taken, asked);
        onFatal.accept(cause);
    }

    private void refuse(List<Waiting> taken, List<Promise<AppendReply>> asked) {
        AppendReply reply = new NotAppended(refusals.reason());
        taken.forEach(waiting -> waiting.reply().complete(reply));
        asked.forEach(beat -> beat.complete(reply));
        queue.forEach(waiting -> waiting.reply().complete(reply));
        queue.clear();
        queuedBytes = 0;
    }

    private void publish() {
        status.set(new ChainStatus(committer.chain().tip(), lastBeatMillis, refusals.health()));
    }

    /// A batch and who wants to know its fate.
    private record Waiting(RecordBatch batch, Promise<AppendReply> reply) {}
}

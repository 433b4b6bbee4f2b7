package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.PeerStamp;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.relay.bus.DropReason;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/// A client's conversation: requests in, answers out, in order, whatever the transport (`specs/audit-relay.md` 1).
///
/// A client that is slow to take its answers, or sends faster than the chain takes them, is not read until it has
/// caught up by half. Owned by one event loop.
final class Session implements UnfinishedLines.Client {

    private static final int WRITE_MAX = 64 * 1024;

    /// How much of the conversation is still to come.
    private enum Phase {
        OPEN,
        /// The last request cannot be taken whole; what follows it is discarded.
        REFUSING,
        /// That request is answered.
        REFUSED,
        /// Nothing more is read; the conversation ends with the last answer.
        ENDING,
        CLOSED
    }

    private static final Failure UNFINISHED =
            new Failure("Not stored: the line had not ended when others needed the memory that it held");

    private static final byte[] NO_ANSWER = new Failure("Not answered: see the relay's log").toLine();

    private final IngressLoop loop;
    private final Peer peer;
    private final PeerStamp stamp;
    private final boolean ownDoor;
    private final Wire wire;
    private final UnfinishedLines.Line line;
    private final AnswerQueue answers = new AnswerQueue();
    private @Nullable PendingBatch batch;
    private int invalid;
    private String whyInvalid = "";
    private Refusal whyRefused = Refusal.OVERSIZE;
    private long activeTick;
    private int writeBytes;
    private long accounted;
    private Phase phase = Phase.OPEN;
    private boolean queued;
    private boolean sending;
    private boolean paused;
    private boolean deaf;

    /// @param ownDoor whether it came through one of Cairn's own doors, where more may be asked
    Session(IngressLoop loop, Peer peer, boolean ownDoor, Wire wire) {
        this.loop = loop;
        this.peer = peer;
        this.ownDoor = ownDoor;
        this.stamp = PeerStamp.of(peer);
        this.wire = wire;
        this.activeTick = loop.tick();
        this.line = loop.unfinishedLines().lineOf(this);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    PeerStamp stamp() {
        return stamp;
    }

    /// Takes one request, complete and without its newline; the bytes are valid during the call.
    void request(byte[] bytes, int from, int to) {
        activeTick = loop.tick();
        loop.intake().take(bytes, from, to, this);
    }

    /// The request was an event, and is the next record of the loop's batch.
    void event(int requestBytes) {
        if (batch == null) {
            batch = new PendingBatch();
        }
        answers.event(batch, requestBytes);
    }

    /// The request asks about the relay's state.
    void question(StateQuestion question, int requestBytes) {
        answers.state(question, requestBytes);
    }

    /// The answer to the request is known at once.
    void answer(byte[] answer, int requestBytes) {
        answers.finished(answer, requestBytes);
    }

    /// The answer to the request comes from elsewhere, and keeps its place.
    void answer(Future<byte[]> answer, int requestBytes) {
        if (answer.succeeded()) {
            answers.finished(answer.result(), requestBytes);
            return;
        }
        PendingAnswer slot = answers.later(requestBytes);
        answer.otherwise(NO_ANSWER).onSuccess(line -> {
            slot.is(line);
            loop.later(this);
        });
    }

    /// The request wants the chain sealed now; at a well-known door there is no such request.
    void sealNow(int requestBytes) {
        if (ownDoor) {
            answer(loop.sealNow(peer), requestBytes);
        } else {
            refused(Failure.UNKNOWN_SEAL, requestBytes);
        }
    }

    /// The request asks where the receipts stand; likewise.
    void receiptsStatus(int requestBytes) {
        if (ownDoor) {
            question(StateQuestion.RECEIPTS, requestBytes);
        } else {
            refused(Failure.UNKNOWN_RECEIPTS_STATUS, requestBytes);
        }
    }

    /// The request wants receipts signed with a new key; likewise.
    void rotateReceiptsKey(int requestBytes) {
        if (ownDoor) {
            answer(loop.rotateReceiptsKey(peer), requestBytes);
        } else {
            refused(Failure.UNKNOWN_ROTATION, requestBytes);
        }
    }

    /// The request may have been an event, and is in no chain.
    void refused(Failure answer, int requestBytes) {
        String why = answer.kind();
        if (!why.equals(whyInvalid)) {
            tellInvalid();
            whyInvalid = why;
        }
        invalid++;
        answers.finished(answer.toLine(), requestBytes);
    }

    /// What follows one another for the same reason is told together.
    private void tellInvalid() {
        if (invalid > 0) {
            loop.refused(Refusal.INVALID, whyInvalid, peer, invalid);
            loop.dropped(peer, DropReason.INVALID, invalid);
            invalid = 0;
        }
    }

    /// A request over the limit: it is answered like any other, and nothing behind it is.
    void oversize() {
        refuse(Refusal.OVERSIZE, DropReason.OVERSIZE, Failure.TOO_LARGE);
    }

    /// A request has arrived in part, which takes so many bytes of memory; likewise.
    ///
    /// @param another whether it is another one than the one told before
    void unfinished(int bytes, boolean another) {
        if (phase == Phase.OPEN) {
            line.holds(bytes, another);
        }
    }

    /// Whether less than so many bytes are to be read at once.
    boolean isCrowded(int bytes) {
        return line.isCrowded(bytes);
    }

    @Override
    public boolean isHeldBack() {
        return paused && (loop.isFull() || line.waits() || writeBytes == 0);
    }

    @Override
    public void lineMayGrow() {
        loop.later(this);
    }

    @Override
    public void refuseUnfinished() {
        refuse(Refusal.UNFINISHED, DropReason.SHED, UNFINISHED);
        loop.later(this);
    }

    private void refuse(Refusal refusal, DropReason reason, Failure answer) {
        phase = Phase.REFUSING;
        whyRefused = refusal;
        wire.discard();
        line.end();
        answers.finished(answer.toLine(), 0);
        loop.refused(refusal, peer);
        loop.dropped(peer, reason, 1);
    }

    /// All requests of one socket read are told: their events set out together.
    void readCompleted() {
        if (batch != null) {
            PendingBatch pending = batch;
            batch = null;
            loop.append(this, pending);
        }
        tellInvalid();
        regulate();
        account();
        if (!answers.isEmpty()) {
            loop.later(this);
        }
    }

    /// The client sends nothing more: the connection ends with the last answer.
    void nothingMore() {
        if (phase != Phase.CLOSED) {
            phase = Phase.ENDING;
            line.end();
            loop.later(this);
        }
    }

    /// The client takes no more answers; what it still sends counts all the same.
    void deafened() {
        deaf = true;
        loop.later(this);
    }

    /// The bytes of the last write have left, or never will.
    void written() {
        writeBytes = 0;
        activeTick = loop.tick();
        if (!sending) {
            loop.later(this);
        }
    }

    void closed() {
        forgetAnswers();
        loop.leave(this);
    }

    /// Bytes of memory that its answers take.
    long keptBytes() {
        return answers.keptBytes() + writeBytes;
    }

    /// Ends the conversation without its answers, because they cost too much.
    void shed() {
        forgetAnswers();
        wire.close();
    }

    private void forgetAnswers() {
        phase = Phase.CLOSED;
        line.end();
        answers.clear();
        writeBytes = 0;
        account();
    }

    /// The relay stops: what has arrived is answered, and nothing more is taken.
    void stop() {
        wire.endInput();
    }

    /// Closes a connection on which nothing was completed since `tick`, in either direction, unless the relay
    /// owes the answer, or does not read it. A line that never ends counts as nothing.
    boolean closeIfIdleSince(long tick) {
        boolean idle = activeTick < tick && !queued && !answers.isOwed() && !isHeldBack();
        if (idle) {
            wire.close();
        }
        return idle;
    }

    /// Whether this is the first call since [#proceed].
    boolean queue() {
        boolean first = !queued;
        queued = true;
        return first;
    }

    /// Sends the answers whose turn has come, in one write, and holds the client back or lets it go on.
    /// Called by the loop, once per turn, after [IngressLoop#later].
    void proceed() {
        queued = false;
        if (phase != Phase.CLOSED) {
            send();
            conclude();
            regulate();
            account();
        }
    }

    private void send() {
        sending = true;
        ByteBuilder out = loop.out();
        while (writeBytes == 0) {
            out.truncate(0);
            answers.drainTo(out, WRITE_MAX, loop);
            if (out.length() == 0) {
                break;
            }
            if (!deaf) {
                writeBytes = out.length();
                wire.write(out);
            }
        }
        sending = false;
    }

    private void conclude() {
        if (!answers.isEmpty() || writeBytes > 0) {
            return;
        }
        if (phase == Phase.ENDING) {
            wire.close();
        } else if (phase == Phase.REFUSING) {
            phase = Phase.REFUSED;
            wire.refuseTheRest(whyRefused);
        }
    }

    private void regulate() {
        long waitingMax = loop.unansweredBytesMax();
        boolean mayRead =
                !loop.isFull() && !line.waits() && answers.waitingBytes() <= (paused ? waitingMax / 2 : waitingMax);
        if (mayRead == paused && phase != Phase.ENDING) {
            paused = !mayRead;
            if (mayRead) {
                activeTick = loop.tick();
                wire.resume();
            } else {
                wire.pause();
            }
        }
        if (paused && loop.isFull()) {
            loop.hold(this);
        }
    }

    private void account() {
        long more = keptBytes() - accounted;
        if (more != 0) {
            accounted += more;
            loop.keepAnswers(more);
        }
    }
}

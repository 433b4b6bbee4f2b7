package dev.cairn.protocol.emitter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Sends events to a relay from a host that must never be slowed down or broken by it.
///
/// ```java
/// try (var emitter = new AuditEmitter(AuditEmitter.WELL_KNOWN_SOCKET, DivergenceMarker.inHome(home),
/// InstantSource.system())) {
///     emitter.emit(Event.of(id, session, now, "custom", "file_read", "low"));
/// }
/// ```
///
/// [#emit] and [#sendAsync] put the event into a queue, bounded in events and in bytes, that one virtual
/// thread empties in order; [#send] works in the calling thread. Nothing here throws because of the relay,
/// the socket or the queue. Thread-safe.
public final class AuditEmitter implements AutoCloseable {

    /// Where every client of the dialect looks for its relay.
    public static final Path WELL_KNOWN_SOCKET = Path.of("/Library/Patchwork/relay.sock");

    /// Most events that wait.
    public static final int QUEUE_MAX = 1024;

    /// Most characters of them.
    public static final int QUEUE_CHARS_MAX = 8 * 1024 * 1024;

    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final Duration ANSWER_MAX = Duration.ofMillis(500);
    private static final String NOT_TAKEN = "Connection failed: too many events wait, or the emitter is closed";
    private static final SendOutcome FULL = new SendOutcome.Failed("Connection failed: too many events wait");
    private static final SendOutcome CLOSED = new SendOutcome.Failed("Connection failed: the emitter is closed");

    /// @param forgotten nobody else looks at its outcome: a failure is marked
    private record Waiting(Event event, boolean forgotten, CompletableFuture<SendOutcome> outcome) {}

    private final Path socket;
    private final DivergenceMarker marker;
    private final InstantSource clock;
    private final Duration glance;
    private final Duration answerMax;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingChars = new AtomicLong();
    private final AtomicLong unmarked = new AtomicLong();
    private final AtomicLong lostMarks = new AtomicLong();
    private final AtomicBoolean working = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    public AuditEmitter(Path socket, DivergenceMarker marker, InstantSource clock) {
        this(socket, marker, clock, GLANCE, ANSWER_MAX);
    }

    AuditEmitter(Path socket, DivergenceMarker marker, InstantSource clock, Duration glance, Duration answerMax) {
        this.socket = socket;
        this.marker = marker;
        this.clock = clock;
        this.glance = glance;
        this.answerMax = answerMax;
    }

    /// Fire and forget: connect and write take at most 500 ms, the answer gets 100 ms, all of it elsewhere.
    /// What fails is counted in the divergence marker; where there is no relay, nothing happens.
    public void emit(Event event) {
        var _ = offer(event, true);
    }

    /// The same with an answer, for which 500 ms are allowed. Never completes exceptionally; failures are the
    /// caller's to note.
    public CompletableFuture<SendOutcome> sendAsync(Event event) {
        return offer(event, false).copy();
    }

    /// Sends in the calling thread, within a second.
    public SendOutcome send(Event event) {
        return closed.get() ? CLOSED : exchange(event, answerMax);
    }

    /// Failures that could not even be counted in the marker.
    public long lostMarks() {
        return lostMarks.get();
    }

    /// Takes nothing more, and gives what waits up to 600 ms to leave.
    @Override
    public void close() {
        closed.set(true);
        long deadline = System.nanoTime() + RelayExchange.SEND_MAX.plus(glance).toNanos();
        while (working.get()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        for (Waiting late; (late = queue.poll()) != null; ) {
            refuse(late, CLOSED);
        }
        markUnmarked();
    }

    private CompletableFuture<SendOutcome> offer(Event event, boolean forgotten) {
        var entry = new Waiting(event, forgotten, new CompletableFuture<>());
        int events = waiting.incrementAndGet();
        long chars = waitingChars.addAndGet(event.json().length());
        if (closed.get() || events > QUEUE_MAX || chars > QUEUE_CHARS_MAX) {
            refuse(entry, closed.get() ? CLOSED : FULL);
        } else {
            queue.add(entry);
        }
        startWorking();
        return entry.outcome;
    }

    private void startWorking() {
        if ((!queue.isEmpty() || unmarked.get() > 0) && working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("audit-emitter").start(this::work);
        }
    }

    private void work() {
        try {
            for (Waiting next; (next = queue.poll()) != null; ) {
                conclude(next, exchange(next.event, next.forgotten ? glance : answerMax));
            }
            markUnmarked();
        } finally {
            working.set(false);
            startWorking(); // What came between the last look and now.
        }
    }

    private SendOutcome exchange(Event event, Duration answerWithin) {
        String now = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        return new RelayExchange(socket, answerWithin).send(RelayExchange.line(now, event));
    }

    private void conclude(Waiting entry, SendOutcome outcome) {
        forget(entry);
        if (entry.forgotten) {
            mark(outcome);
        }
        entry.outcome.complete(outcome);
    }

    /// The marker is a file and the worker's business, not the host's: the failure is only noted here.
    private void refuse(Waiting entry, SendOutcome outcome) {
        forget(entry);
        if (entry.forgotten) {
            unmarked.incrementAndGet();
        }
        entry.outcome.complete(outcome);
    }

    private void forget(Waiting entry) {
        waiting.decrementAndGet();
        waitingChars.addAndGet(-entry.event.json().length());
    }

    private void mark(SendOutcome outcome) {
        switch (outcome) {
            case SendOutcome.Failed failed -> mark(failed.error(), 1);
            case SendOutcome.Refused refused -> mark("Relay rejected: " + refused.error(), 1);
            case SendOutcome.Stored _, SendOutcome.Unanswered _, SendOutcome.NoRelay _ -> {}
        }
    }

    private void markUnmarked() {
        long failures = unmarked.getAndSet(0);
        if (failures > 0) {
            mark(NOT_TAKEN, failures);
        }
    }

    private void mark(String error, long failures) {
        try {
            marker.count(failures, error, clock.instant());
        } catch (IOException | RuntimeException e) {
            lostMarks.incrementAndGet(); // A home that cannot be written is the host's own, larger problem.
        }
    }
}

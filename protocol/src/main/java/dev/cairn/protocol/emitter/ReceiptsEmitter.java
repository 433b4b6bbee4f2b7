package dev.cairn.protocol.emitter;

import dev.cairn.protocol.audit.UtcClockText;
import dev.cairn.protocol.frame.LengthDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Tells tool calls to a relay, or to any daemon of the receipts dialect, from a host that must never be slowed
/// down or broken by it (`specs/receipts.md` 1.3, 2).
///
/// ```java
/// try (var emitter = new ReceiptsEmitter(socket, InstantSource.system())) {
///     emitter.emit(ToolCall.of("sdk", "read_file", Decision.ALLOWED).build());
/// }
/// ```
///
/// [#emit] and [#emitAsync] put the call into a queue, bounded in calls and in characters, that one virtual
/// thread empties in order; [#send] works in the calling thread, within 125 ms and the wait for another sender.
/// Nothing here throws because of the relay, the socket or the queue; a call too long for a frame, or on a closed
/// emitter, is the caller's mistake and does. Thread-safe.
///
/// What can be lost: the dialect has no answers, so a frame that the kernel took counts as sent, also if the relay
/// ends before it reads it. What the kernel did not take, or the queue, is counted, and the next frame that gets
/// through says how many those were; what is not reported by the time the host ends stays unreported.
public final class ReceiptsEmitter implements AutoCloseable {

    /// Most calls that wait.
    public static final int QUEUE_MAX = 1024;

    /// Most characters of them.
    public static final int QUEUE_CHARS_MAX = 8 * 1024 * 1024;

    private static final EmitOutcome SENT = new EmitOutcome.Sent();
    private static final EmitOutcome FULL = new EmitOutcome.Failed("too many calls wait");
    private static final EmitOutcome BUSY = new EmitOutcome.Failed("another call is being sent");
    private static final EmitOutcome LATE = new EmitOutcome.Failed("the emitter was closed before its turn came");
    private static final Duration TURN_MAX = FrameConnection.DIAL_MAX.plus(FrameConnection.WRITE_MAX);
    private static final Duration CLOSE_MAX = Duration.ofMillis(600);

    private record Waiting(ToolCall call, CompletableFuture<EmitOutcome> outcome) {}

    private final InstantSource clock;
    private final String sessionId;
    private final FrameConnection connection;
    private final ReentrantLock turn = new ReentrantLock(); // Guards the connection.
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingChars = new AtomicLong();
    private final DropCounter drops = new DropCounter();
    private final AtomicBoolean working = new AtomicBoolean();
    private volatile boolean closed;

    /// An emitter with a session of its own, kept across reconnects.
    ///
    /// @param socket for instance [ReceiptsSocket#usual]
    public ReceiptsEmitter(Path socket, InstantSource clock) {
        this(socket, UUID.randomUUID().toString(), clock);
    }

    /// An emitter that speaks for a session of the host's.
    public ReceiptsEmitter(Path socket, String sessionId, InstantSource clock) {
        if (sessionId.isEmpty()) {
            throw new IllegalArgumentException("an empty session id");
        }
        this.clock = clock;
        this.sessionId = sessionId;
        this.connection = new FrameConnection(socket);
    }

    public String sessionId() {
        return sessionId;
    }

    /// Calls lost and not reported yet.
    public long drops() {
        return drops.get();
    }

    /// Fire and forget.
    ///
    /// @throws IllegalArgumentException if the call is too long for a frame
    /// @throws IllegalStateException if the emitter is closed
    public void emit(ToolCall call) {
        var _ = offer(call);
    }

    /// The same with an outcome. The future never completes exceptionally.
    public CompletableFuture<EmitOutcome> emitAsync(ToolCall call) {
        return offer(call).copy();
    }

    /// Sends in the calling thread; may overtake what waits in the queue.
    public EmitOutcome send(ToolCall call) {
        check(call);
        return transmit(call);
    }

    /// Takes nothing more, and gives what waits a little time to leave.
    @Override
    public void close() {
        closed = true;
        long deadline = System.nanoTime() + CLOSE_MAX.toNanos();
        while (working.get()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        for (Waiting late; (late = queue.poll()) != null; ) {
            conclude(late, LATE);
        }
        if (turn.tryLock()) {
            try {
                connection.close();
            } finally {
                turn.unlock();
            }
        }
    }

    private void check(ToolCall call) {
        if (closed) {
            throw new IllegalStateException("the emitter is closed");
        }
        int length = frame(call, 0).length;
        if (length > LengthDecoder.FRAME_MAX) {
            throw new IllegalArgumentException(
                    "a frame of " + length + " bytes; at most " + LengthDecoder.FRAME_MAX + " are allowed");
        }
    }

    private CompletableFuture<EmitOutcome> offer(ToolCall call) {
        check(call);
        var entry = new Waiting(call, new CompletableFuture<>());
        int calls = waiting.incrementAndGet();
        long chars = waitingChars.addAndGet(call.length());
        if (calls > QUEUE_MAX || chars > QUEUE_CHARS_MAX) {
            drops.add(1);
            conclude(entry, FULL);
        } else {
            queue.add(entry);
            startWorking();
        }
        return entry.outcome;
    }

    private void startWorking() {
        if (!queue.isEmpty() && working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("receipts-emitter").start(this::work);
        }
    }

    private void work() {
        try {
            for (Waiting next; (next = queue.poll()) != null; ) {
                conclude(next, transmit(next.call));
            }
        } finally {
            working.set(false);
            startWorking(); // What came between the last look and now.
        }
    }

    private void conclude(Waiting entry, EmitOutcome outcome) {
        waiting.decrementAndGet();
        waitingChars.addAndGet(-entry.call.length());
        entry.outcome.complete(outcome);
    }

    private EmitOutcome transmit(ToolCall call) {
        if (!takeTurn()) {
            drops.add(1);
            return BUSY;
        }
        try {
            return write(call, drops.take());
        } finally {
            turn.unlock();
        }
    }

    private boolean takeTurn() {
        try {
            return turn.tryLock(TURN_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // The host's business: it finds the flag as it set it.
            return false;
        }
    }

    private EmitOutcome write(ToolCall call, long claimed) {
        try {
            byte[] frame = frame(call, claimed);
            if (frame.length > LengthDecoder.FRAME_MAX) {
                connection.write(frame(call, 0)); // The count is what makes it too long: the next one carries it.
                drops.add(claimed);
            } else {
                connection.write(frame);
            }
            return SENT;
        } catch (IOException | RuntimeException e) {
            drops.add(claimed);
            drops.add(1);
            return new EmitOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private byte[] frame(ToolCall call, long claimed) {
        String now = new UtcClockText().text(clock.millis()); // Always of one length: what fits once fits again.
        return call.frame(now, sessionId, claimed);
    }
}

package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A store on a real file that fails, or waits, when it is told to.
final class FaultyStore implements ChainStore {

    /// What happens to an append.
    sealed interface Fault {

        /// Only the first bytes get in, at most `bytes`.
        record Cut(int bytes) implements Fault {}

        /// None: everything gets in.
        record Whole() implements Fault {}

        /// Everything is written, and the sync fails.
        record SyncFails() implements Fault {}
    }

    private final ChainStore store;
    private final Deque<Fault> faults = new ArrayDeque<>();
    private @Nullable Hold hold;
    private int appends;
    private boolean killed;

    private record Hold(CountDownLatch reached, CountDownLatch released) {}

    FaultyStore(ChainStore store) {
        this.store = store;
    }

    /// The next appends fail so, one after the other.
    synchronized void breakWith(Fault... next) {
        faults.addAll(List.of(next));
    }

    /// The process is gone as far as the store can tell.
    synchronized void killed() {
        killed = true;
    }

    synchronized int appends() {
        return appends;
    }

    /// The next append waits for [#release].
    synchronized void holdNext() {
        hold = new Hold(new CountDownLatch(1), new CountDownLatch(1));
    }

    void awaitHeld() {
        await(held().reached());
    }

    void release() {
        held().released().countDown();
    }

    private synchronized Hold held() {
        if (hold == null) {
            throw new IllegalStateException("nothing is held");
        }
        return hold;
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public Outcome append(ByteBuffer lines) {
        Hold waiting;
        synchronized (this) {
            waiting = hold;
            appends++;
        }
        if (waiting != null && waiting.reached().getCount() > 0) {
            waiting.reached().countDown();
            await(waiting.released());
        }
        return appendNow(lines);
    }

    private synchronized Outcome appendNow(ByteBuffer lines) {
        if (killed) {
            return new Outcome.Cut(0, "killed");
        }
        return switch (faults.poll()) {
            case null -> store.append(lines);
            case Fault.Whole _ -> store.append(lines);
            case Fault.Cut(int bytes) -> cut(lines, Math.min(bytes, lines.remaining() - 1));
            case Fault.SyncFails _ -> {
                store.append(lines);
                throw new UnknownFateException("the log cannot be synced: Input/output error");
            }
        };
    }

    private Outcome cut(ByteBuffer lines, int bytes) {
        if (bytes > 0) {
            store.append(lines.slice(0, bytes));
        }
        return new Outcome.Cut(bytes, "No space left on device");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, SECONDS)) {
                throw new IllegalStateException("waited too long");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean isInPlace() {
        return store.isInPlace();
    }

    @Override
    public void close() {
        store.close();
    }
}

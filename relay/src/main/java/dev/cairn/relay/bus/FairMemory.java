package dev.cairn.relay.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Memory that all loops share, and those who want some of it: each may hold a multiple of what it leaves free.
/// With once, one alone gets half, and many find room beside it; with seven times, one alone gets seven eighths,
/// and whoever comes then as much of the rest.
///
/// Safe to share: what happens often are two atomic additions.
public final class FairMemory {

    private final long bytesMax;
    private final int timesFree;
    private final AtomicLong held = new AtomicLong();
    private final Map<Object, Share> shares = new HashMap<>();

    /// @param timesFree how many times what is free then each may hold
    public FairMemory(long bytesMax, int timesFree) {
        this.bytesMax = bytesMax;
        this.timesFree = timesFree;
    }

    /// Bytes that are held now.
    public long held() {
        return held.get();
    }

    /// The share of `who`, for one more user of it; to be given back with [Share#leave].
    public synchronized Share join(Object who) {
        Share share = shares.computeIfAbsent(who, Share::new);
        share.users++;
        return share;
    }

    private synchronized void leave(Share share) {
        share.users--;
        forgetIfDone(share);
    }

    private synchronized void forgetIfDone(Share share) {
        if (share.users == 0 && share.bytes.get() == 0) {
            shares.remove(share.who, share);
        }
    }

    /// What one holds, whoever uses the share.
    public final class Share {

        private final Object who;
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicBoolean exemption = new AtomicBoolean();
        private int users;

        private Share(Object who) {
            this.who = who;
        }

        /// Takes bytes if there is room for them.
        public boolean take(long more) {
            long leftFree = bytesMax - held.addAndGet(more); // Taken first: other loops take at the same time.
            if (bytes.addAndGet(more) > timesFree * leftFree) {
                give(more);
                return false;
            }
            return true;
        }

        /// Takes bytes whether there is room or not, and says how many would have to be given back for the
        /// share not to be exceeded; not positive if it is not.
        public long takeAnyway(long more) {
            long leftFree = bytesMax - held.addAndGet(more);
            return (bytes.addAndGet(more) - timesFree * leftFree) / (1 + timesFree);
        }

        /// One of its users waits for room.
        public void waits() {
            waiting.incrementAndGet();
        }

        public void waitsNoMore() {
            waiting.decrementAndGet();
        }

        /// Whether any of its users waits for room.
        public boolean isAwaited() {
            return waiting.get() > 0;
        }

        /// Lets the caller exceed the share until [#endExemption], unless another of its users may already:
        /// somebody has to go on, and one is enough.
        public boolean takeExemption() {
            return exemption.compareAndSet(false, true);
        }

        public void endExemption() {
            exemption.set(false);
        }

        public void give(long taken) {
            held.addAndGet(-taken);
            if (bytes.addAndGet(-taken) == 0) {
                forgetIfDone(this);
            }
        }

        public void leave() {
            FairMemory.this.leave(this);
        }
    }
}

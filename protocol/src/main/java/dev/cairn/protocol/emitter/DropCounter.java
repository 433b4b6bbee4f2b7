package dev.cairn.protocol.emitter;

import java.util.concurrent.atomic.AtomicLong;

/// Losses that were not reported yet (`specs/receipts.md` 2). Stays at the largest count instead of running over.
///
/// Thread-safe.
final class DropCounter {

    private final AtomicLong count = new AtomicLong();

    void add(long losses) {
        count.accumulateAndGet(losses, (sum, more) -> sum + more < 0 ? Long.MAX_VALUE : sum + more);
    }

    /// What there is to report; whoever cannot report it adds it again.
    long take() {
        return count.getAndSet(0);
    }

    long get() {
        return count.get();
    }
}

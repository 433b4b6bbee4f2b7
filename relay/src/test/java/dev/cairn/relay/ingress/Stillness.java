package dev.cairn.relay.ingress;

import java.util.concurrent.atomic.AtomicLong;

/// Whether a count has not moved for 300 ms: whoever counts is held back, or done.
final class Stillness {

    private static final long NANOS = 300_000_000;

    private final AtomicLong count;
    private long last = -1;
    private long since;

    Stillness(AtomicLong count) {
        this.count = count;
    }

    boolean isReached() {
        long now = count.get();
        if (now != last) {
            last = now;
            since = System.nanoTime();
        }
        return System.nanoTime() - since > NANOS;
    }
}

package dev.cairn.loadtest;

import java.util.concurrent.locks.LockSupport;

/// Waits for the next request that is due; never longer than a stop may take to be noticed.
final class OpenLoopPause {

    private static final long LONGEST_MICROS = 1000;

    private OpenLoopPause() {}

    /// Returns after about `micros`. Linux wakes a thread some 50 microseconds late; a request that is due
    /// sooner than that is not waited for in a spin, which would take a core from the relay: the next round
    /// sends it, and its lateness counts as latency.
    static void until(long micros) {
        LockSupport.parkNanos(Math.clamp(micros, 1, LONGEST_MICROS) * 1000);
    }
}

package dev.cairn.loadtest;

import org.HdrHistogram.Histogram;

/// Latencies of one kind, in microseconds. One thread fills it in batches, others look at it.
final class LatencyMeter {

    private static final long HIGHEST_MICROS = 600_000_000;

    private final Histogram histogram = new Histogram(HIGHEST_MICROS, 3);
    private final Histogram lately = new Histogram(HIGHEST_MICROS, 3);

    synchronized void record(long[] micros, int count) {
        for (int i = 0; i < count; i++) {
            long value = Math.clamp(micros[i], 0, HIGHEST_MICROS);
            histogram.recordValue(value);
            lately.recordValue(value);
        }
    }

    synchronized Latency total() {
        return Latency.of(histogram);
    }

    /// What came since the last call.
    synchronized Latency lately() {
        Latency latency = Latency.of(lately);
        lately.reset();
        return latency;
    }
}

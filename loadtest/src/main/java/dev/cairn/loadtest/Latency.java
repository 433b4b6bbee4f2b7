package dev.cairn.loadtest;

import org.HdrHistogram.Histogram;

/// How long something took, in microseconds; all zero when `count` is.
record Latency(long count, long p50Micros, long p90Micros, long p99Micros, long p999Micros, long maxMicros) {

    static Latency of(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return new Latency(0, 0, 0, 0, 0, 0);
        }
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}

package dev.cairn.loadtest;

import java.io.IOException;
import java.util.List;

/// How much memory a relay has resident when it has just started, under load, and afterwards.
final class MemoryTrial {

    private static final int SETTLE_MILLIS = 3000;

    private final Bench bench;

    MemoryTrial(Bench bench) {
        this.bench = bench;
    }

    Report run() throws IOException, InterruptedException {
        Target target = bench.relay();
        Thread.sleep(SETTLE_MILLIS);
        long idle = target.process().residentBytes();
        Measurement loaded = bench.load().measure(target, bench.settings().plan(), 1);
        Thread.sleep(SETTLE_MILLIS);
        long after = target.process().residentBytes();
        return new Report(
                bench.settings().title(),
                List.of(loaded),
                List.of(
                        Figure.of("resident memory, idle after start", idle / 1e6, "MB"),
                        Figure.of("resident memory under load", loaded.residentBytes() / 1e6, "MB"),
                        Figure.of("most resident memory", loaded.residentPeakBytes() / 1e6, "MB"),
                        Figure.of("resident memory, idle after load", after / 1e6, "MB")),
                null,
                List.of());
    }
}

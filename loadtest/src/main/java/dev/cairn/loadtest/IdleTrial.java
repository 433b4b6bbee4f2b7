package dev.cairn.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The same load without and with connections that say nothing: what they cost in memory, and whether the
/// others notice.
final class IdleTrial {

    private final Bench bench;
    private final Settings settings;

    IdleTrial(Bench bench) {
        this.bench = bench;
        this.settings = bench.settings();
    }

    Report run() throws IOException, InterruptedException {
        Target target = bench.relay();
        LoadPlan idle = settings.plan();
        LoadPlan alone = idle.withIdle(0);
        List<Measurement> measurements = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            Measurement without = bench.load().measure(target, alone, round);
            Measurement with = bench.load().measure(target, idle, round);
            measurements.add(without);
            measurements.add(with);
            ratios.add(with.answersPerSecond() / without.answersPerSecond());
        }
        long before = target.process().residentBytes();
        long after = residentWithIdle(target, idle.idle());
        return new Report(
                settings.title() + " (first row of a round without, second with)",
                measurements,
                List.of(
                        Figure.median("throughput, with / without", ratios, ""),
                        Figure.of("resident memory without, after the load", before / 1e6, "MB"),
                        Figure.of(
                                "resident memory of " + idle.idle() + " idle connections",
                                (after - before) / 1e6,
                                "MB")),
                null,
                List.of());
    }

    private static long residentWithIdle(Target target, int count) throws IOException, InterruptedException {
        try (IdleConnections _ = new IdleConnections(target.socket(), count)) {
            Thread.sleep(1000); // The relay has accepted them all by then, and nothing else goes on.
            return target.process().residentBytes();
        }
    }
}

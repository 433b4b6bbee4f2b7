package dev.cairn.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The same load with a seal every second and without any, in turns: whether whoever waits for an
/// acknowledgement notices.
final class SealTrial {

    private final Bench bench;
    private final Settings settings;
    private final List<Measurement> all = new ArrayList<>();
    private final List<Double> sealMillis = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    SealTrial(Bench bench) {
        this.bench = bench;
        this.settings = bench.settings();
    }

    Report run() throws IOException, InterruptedException {
        Target target = bench.relay();
        LoadCheck check = LoadCheck.before(target, settings.plan());
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            LoadPlan plan = settings.plan().forRound(round);
            // Every other round begins with seals, so that neither always comes after the other's dirty pages.
            if (round % 2 == 0) {
                with.add(p99Millis(sealing(target, plan, round)));
            }
            without.add(p99Millis(bench.load().measure(target, plan, round)));
            if (round % 2 == 1) {
                with.add(p99Millis(sealing(target, plan, round)));
            }
        }
        faults.addAll(check.faults());
        return new Report(settings.title(), all, figures(without, with), check.events(bench.load()), faults);
    }

    private Measurement sealing(Target target, LoadPlan plan, int round) throws IOException, InterruptedException {
        Sealing sealing = Sealing.start(target.socket());
        try (sealing) {
            return bench.load().measure(target.called("with seals"), plan, round);
        } finally {
            sealMillis.addAll(sealing.millis());
            if (!sealing.fault().isEmpty()) {
                faults.add(sealing.fault());
            }
        }
    }

    private double p99Millis(Measurement measurement) {
        all.add(measurement);
        return measurement.latency().p99Micros() / 1000.0;
    }

    private List<Figure> figures(List<Double> without, List<Double> with) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < with.size(); i++) {
            ratios.add(with.get(i) / without.get(i));
        }
        return List.of(
                Figure.median("send to acknowledgement without seals, p99", without, "ms"),
                Figure.median("… with a seal every second, p99", with, "ms"),
                Figure.median("p99, with / without", ratios, ""),
                Figure.of("seals made", (double) sealMillis.size(), ""),
                Figure.of("a seal, request to answer, median", Figure.medianOf(sealMillis), "ms"),
                Figure.of("… the slowest", slowest(), "ms"));
    }

    private double slowest() {
        return sealMillis.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }
}

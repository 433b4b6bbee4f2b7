package dev.cairn.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A load on the relay, round by round, and in between the same on the baseline: what is compared lies seconds apart.
final class PairTrial {

    private final Bench bench;
    private final Settings settings;
    private final List<Measurement> relay = new ArrayList<>();
    private final List<Measurement> baseline = new ArrayList<>();
    private final List<Measurement> all = new ArrayList<>();

    PairTrial(Bench bench) {
        this.bench = bench;
        this.settings = bench.settings();
    }

    Report run() throws IOException, InterruptedException {
        Target target = bench.relay();
        LoadCheck check = LoadCheck.before(target, settings.plan());
        for (int round = 1; round <= settings.rounds(); round++) {
            measurePair(target, round);
        }
        List<Figure> figures = figures();
        List<String> faults = check.faults();
        SignatureCheck signatures = check.signatures(bench.load());
        if (signatures != null) {
            figures.add(Figure.of("signatures verified", (double) signatures.verified(), ""));
            faults.addAll(signatures.faults());
        }
        return new Report(settings.title(), all, figures, check.events(bench.load()), faults);
    }

    /// Every other round begins with the baseline, so that neither always comes after the other's dirty pages.
    private void measurePair(Target target, int round) throws IOException, InterruptedException {
        LoadPlan plan = settings.plan().forRound(round);
        if (settings.baseline() && round % 2 == 0) {
            measureBaseline(plan, round);
        }
        add(relay, bench.load().measure(target, plan, round));
        if (settings.baseline() && round % 2 == 1) {
            measureBaseline(plan, round);
        }
    }

    private void measureBaseline(LoadPlan plan, int round) throws IOException, InterruptedException {
        add(baseline, bench.load().measure(bench.baseline(), plan.onBaseline(), round));
    }

    private void add(List<Measurement> own, Measurement measurement) {
        own.add(measurement);
        all.add(measurement);
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(median("answers per second", Measurement::answersPerSecond, "/s"));
        figures.add(median("server CPU per answer", Measurement::serverMicrosPerAnswer, "µs"));
        figures.add(median("send to acknowledgement, p50", PairTrial::p50Millis, "ms"));
        figures.add(median("send to acknowledgement, p99", PairTrial::p99Millis, "ms"));
        figures.add(median("resident memory under load", m -> m.residentBytes() / 1e6, "MB"));
        figures.add(median("most resident memory", m -> m.residentPeakBytes() / 1e6, "MB"));
        if (settings.baseline()) {
            figures.add(Figure.median(
                    "baseline: server CPU per answer",
                    baseline.stream().map(Measurement::serverMicrosPerAnswer).toList(),
                    "µs"));
            figures.add(ratio("throughput, relay / baseline", Measurement::answersPerSecond));
            figures.add(ratio("p50, relay / baseline", PairTrial::p50Millis));
            figures.add(ratio("p99, relay / baseline", PairTrial::p99Millis));
        }
        if (settings.plan().subscribers() > 0) {
            addLive(figures);
        }
        return figures;
    }

    private void addLive(List<Figure> figures) {
        figures.add(live("deliveries per second", relay, LiveResult::deliveriesPerSecond, "/s"));
        figures.add(live("publish to receive, p50", relay, PairTrial::p50Millis, "ms"));
        figures.add(live("publish to receive, p99", relay, PairTrial::p99Millis, "ms"));
        figures.add(live("subscribers shed", relay, LiveResult::closed, ""));
        if (settings.baseline()) {
            figures.add(live("baseline: publish to receive, p50", baseline, PairTrial::p50Millis, "ms"));
            figures.add(live("baseline: publish to receive, p99", baseline, PairTrial::p99Millis, "ms"));
            figures.add(ratio("publish to receive p50, relay / baseline", m -> ofLive(m, PairTrial::p50Millis)));
            figures.add(ratio("publish to receive p99, relay / baseline", m -> ofLive(m, PairTrial::p99Millis)));
        }
    }

    private Figure median(String name, ToDoubleFunction<Measurement> number, String unit) {
        return Figure.median(name, relay.stream().map(number::applyAsDouble).toList(), unit);
    }

    private Figure ratio(String name, ToDoubleFunction<Measurement> number) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < relay.size(); i++) {
            ratios.add(number.applyAsDouble(relay.get(i)) / number.applyAsDouble(baseline.get(i)));
        }
        return Figure.median(name, ratios, "");
    }

    private static Figure live(String name, List<Measurement> of, ToDoubleFunction<LiveResult> number, String unit) {
        return Figure.median(name, of.stream().map(m -> ofLive(m, number)).toList(), unit);
    }

    /// A number of what the subscribers saw, who are there in every round or in none.
    private static double ofLive(Measurement measurement, ToDoubleFunction<LiveResult> number) {
        LiveResult live = measurement.live();
        return live == null ? Double.NaN : number.applyAsDouble(live);
    }

    private static double p50Millis(Measurement measurement) {
        return measurement.latency().p50Micros() / 1000.0;
    }

    private static double p50Millis(LiveResult live) {
        return live.latency().p50Micros() / 1000.0;
    }

    private static double p99Millis(Measurement measurement) {
        return measurement.latency().p99Micros() / 1000.0;
    }

    private static double p99Millis(LiveResult live) {
        return live.latency().p99Micros() / 1000.0;
    }
}

package dev.cairn.loadtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Receipts signed and durable, and how long the socket takes to take a frame; with the baseline in between, if that is
/// asked for: one row per transaction, and neither signature nor chain.
final class ReceiptTrial {

    /// Enough to keep it busy, as it takes one at a time; more would only have to be waited for.
    private static final int ROWS_AHEAD = 1_024;

    private final Bench bench;
    private final Settings settings;
    private final ReceiptRun run;
    private final List<Measurement> relay = new ArrayList<>();
    private final List<Measurement> baseline = new ArrayList<>();
    private final List<Measurement> all = new ArrayList<>();

    ReceiptTrial(Bench bench) {
        this.bench = bench;
        this.settings = bench.settings();
        this.run = bench.receiptRun();
    }

    Report run() throws IOException, InterruptedException {
        ReceiptRun.Place place = bench.receipts();
        long before;
        try (StoredReceipts stored = run.openWhenMade(place.database())) {
            before = stored.count();
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            measurePair(place, round);
        }
        List<String> faults = new ArrayList<>();
        CheckResult check = null;
        if (settings.plan().check()) {
            check = check(place, before);
            faults.addAll(new ReceiptVerifier(bench).faults());
        }
        return new Report(settings.title(), all, figures(), check, faults);
    }

    private void measurePair(ReceiptRun.Place place, int round) throws IOException, InterruptedException {
        LoadPlan plan = settings.plan().forRound(round);
        // Every other round begins with the baseline, so that neither always comes after the other's dirty pages.
        if (settings.baseline() && round % 2 == 0) {
            measureBaseline(plan, round);
        }
        add(relay, run.measure(place, plan, round));
        if (settings.baseline() && round % 2 == 1) {
            measureBaseline(plan, round);
        }
    }

    private void measureBaseline(LoadPlan plan, int round) throws IOException, InterruptedException {
        LoadPlan own = plan.onBaseline();
        add(
                baseline,
                run.measure(
                        bench.receiptBaseline(), own.withEmitters(own.emitters().within(ROWS_AHEAD)), round));
    }

    private void add(List<Measurement> own, Measurement measurement) {
        own.add(measurement);
        all.add(measurement);
    }

    private CheckResult check(ReceiptRun.Place place, long before) throws IOException {
        ReceiptCheck check = new ReceiptCheck(run.sent());
        try (StoredReceipts stored = StoredReceipts.open(place.database())) {
            stored.each(before, check::take);
        }
        return check.result();
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(median("receipts signed and durable, per second", relay, Measurement::answersPerSecond, "/s"));
        figures.add(median("server CPU per receipt", relay, Measurement::serverMicrosPerAnswer, "µs"));
        figures.add(median(
                "frame accepted by the socket, p50", relay, m -> m.latency().p50Micros() / 1000.0, "ms"));
        figures.add(median(
                "frame accepted by the socket, p99", relay, m -> m.latency().p99Micros() / 1000.0, "ms"));
        figures.add(median(
                "frame accepted by the socket, slowest", relay, m -> m.latency().maxMicros() / 1000.0, "ms"));
        figures.add(median("resident memory under load", relay, m -> m.residentBytes() / 1e6, "MB"));
        figures.add(median("most resident memory", relay, m -> m.residentPeakBytes() / 1e6, "MB"));
        if (settings.baseline()) {
            figures.add(median("baseline: rows per second", baseline, Measurement::answersPerSecond, "/s"));
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < relay.size(); i++) {
                ratios.add(relay.get(i).answersPerSecond() / baseline.get(i).answersPerSecond());
            }
            figures.add(Figure.median("rows per second, relay / baseline", ratios, ""));
        }
        return figures;
    }

    private static Figure median(
            String name, List<Measurement> measurements, ToDoubleFunction<Measurement> number, String unit) {
        return Figure.median(
                name, measurements.stream().map(number::applyAsDouble).toList(), unit);
    }
}

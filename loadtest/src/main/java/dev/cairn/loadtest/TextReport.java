package dev.cairn.loadtest;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/// A report as a table for people.
final class TextReport {

    private static final String HEAD =
            "target         round    answers/s    p50 ms    p99 ms  p99.9 ms µs/answer    cores load gen       MB";

    private final PrintStream out;

    TextReport(PrintStream out) {
        this.out = out;
    }

    void print(Report report) {
        out.println(report.title());
        if (!report.measurements().isEmpty()) {
            out.println();
            out.println(HEAD);
            report.measurements().forEach(this::row);
        }
        if (!report.figures().isEmpty()) {
            out.println();
            report.figures().forEach(this::figure);
        }
        CheckResult check = report.check();
        if (check != null) {
            check(check);
        }
        report.measurements().forEach(measurement -> measurement.faults().forEach(this::fault));
        report.faults().forEach(this::fault);
    }

    private void row(Measurement measurement) {
        Latency latency = measurement.latency();
        out.printf(
                Locale.ROOT,
                "%-14s %5d %,12.0f %9s %9s %9s %9.2f %8.2f %8.2f %8s%n",
                measurement.target(),
                measurement.round(),
                measurement.answersPerSecond(),
                millis(latency.p50Micros()),
                millis(latency.p99Micros()),
                millis(latency.p999Micros()),
                measurement.serverMicrosPerAnswer(),
                measurement.serverCores(),
                measurement.generatorCores(),
                measurement.residentBytes() / 1_000_000);
        LiveResult live = measurement.live();
        if (live != null) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %5d %,12.0f %9s %9s %9s   to %,d subscribers, %d closed, %d of %d slow ones closed%n",
                    "  live",
                    measurement.round(),
                    live.deliveriesPerSecond(),
                    millis(live.latency().p50Micros()),
                    millis(live.latency().p99Micros()),
                    millis(live.latency().p999Micros()),
                    live.subscribers(),
                    live.closed(),
                    live.slowClosed(),
                    live.slow());
            live.faults().forEach(this::fault);
        }
    }

    private void figure(Figure figure) {
        String each = figure.each().stream().map(TextReport::number).collect(Collectors.joining(" "));
        out.printf(
                Locale.ROOT,
                "%-52s %12s %s%s%n",
                figure.name(),
                number(figure.value()),
                figure.unit(),
                each.isEmpty() ? "" : "  (" + each + ")");
    }

    private void check(CheckResult check) {
        out.println();
        out.printf(
                Locale.ROOT,
                "check: %s  %,d acknowledged, %,d in the chain; %d missing, %d twice, %d out of order, %d under another hash, "
                        + "%d broken lines%n",
                check.isGood() ? "PASS" : "FAIL",
                check.acknowledged(),
                check.found(),
                check.missing(),
                check.duplicated(),
                check.reordered(),
                check.differing(),
                check.broken());
        check.examples().forEach(this::fault);
    }

    private void fault(String fault) {
        out.println("FAULT: " + fault);
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1000.0);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : "%.2f", value);
    }
}

package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A report as one JSON object on one line.
final class JsonReport {

    private JsonReport() {}

    static String of(Report report) {
        JsonText json = JsonText.object()
                .put("title", report.title())
                .put("ok", report.isGood())
                .put("machine", machine())
                .putRaw("measurements", array(report.measurements(), JsonReport::of))
                .putRaw("figures", array(report.figures(), JsonReport::of));
        CheckResult check = report.check();
        return (check == null ? json : json.put("check", of(check)))
                .put("faults", report.faults())
                .toString();
    }

    private static JsonText machine() {
        return JsonText.object()
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", Runtime.version().toString());
    }

    private static JsonText of(Measurement measurement) {
        JsonText json = JsonText.object()
                .put("target", measurement.target())
                .put("round", measurement.round())
                .putRaw("seconds", number(measurement.seconds()))
                .put("events", measurement.events())
                .put("answers", measurement.answers())
                .putRaw("answers_per_second", number(measurement.answersPerSecond()))
                .put("latency", of(measurement.latency()))
                .putRaw("server_cores", number(measurement.serverCores()))
                .putRaw("server_micros_per_answer", number(measurement.serverMicrosPerAnswer()))
                .putRaw("generator_cores", number(measurement.generatorCores()))
                .put("resident_bytes", measurement.residentBytes())
                .put("resident_peak_bytes", measurement.residentPeakBytes());
        LiveResult live = measurement.live();
        return (live == null ? json : json.put("live", of(live))).put("faults", measurement.faults());
    }

    private static JsonText of(LiveResult live) {
        return JsonText.object()
                .put("subscribers", live.subscribers())
                .put("slow", live.slow())
                .put("deliveries", live.deliveries())
                .putRaw("deliveries_per_second", number(live.deliveriesPerSecond()))
                .put("latency", of(live.latency()))
                .put("closed", live.closed())
                .put("slow_closed", live.slowClosed())
                .put("faults", live.faults());
    }

    private static JsonText of(Latency latency) {
        return JsonText.object()
                .put("count", latency.count())
                .put("p50_micros", latency.p50Micros())
                .put("p90_micros", latency.p90Micros())
                .put("p99_micros", latency.p99Micros())
                .put("p999_micros", latency.p999Micros())
                .put("max_micros", latency.maxMicros());
    }

    private static JsonText of(Figure figure) {
        return JsonText.object()
                .put("name", figure.name())
                .putRaw("value", number(figure.value()))
                .put("unit", figure.unit())
                .putRaw("each", array(figure.each(), JsonReport::number));
    }

    private static JsonText of(CheckResult check) {
        return JsonText.object()
                .put("records", check.records())
                .put("acknowledged", check.acknowledged())
                .put("found", check.found())
                .put("missing", check.missing())
                .put("duplicated", check.duplicated())
                .put("reordered", check.reordered())
                .put("differing", check.differing())
                .put("broken", check.broken())
                .put("examples", check.examples());
    }

    private static <T> String array(List<T> items, Function<T, Object> json) {
        return '['
                + String.join(
                        ",", items.stream().map(json).map(Object::toString).toList())
                + ']';
    }

    /// Three digits behind the point; what is no number is `null`.
    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }
}

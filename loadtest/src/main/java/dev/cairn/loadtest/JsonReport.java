package dev.cairn.loadtest;

import java.util.function.Consumer;

/// A report as one JSON object on one line.
final class JsonReport {

    private JsonReport() {}

    static String of(Report report) {
        CheckResult check = report.check();
        return JsonWriter.object(json -> {
            json.put("title", report.title());
            json.put("ok", report.isGood());
            json.put("machine", JsonReport::machine);
            json.putAll(
                    "measurements",
                    report.measurements().stream().map(JsonReport::of).toList());
            json.putAll("figures", report.figures().stream().map(JsonReport::of).toList());
            if (check != null) {
                json.put("check", of(check));
            }
            json.putTexts("faults", report.faults());
        });
    }

    private static void machine(JsonWriter json) {
        json.put("cores", (long) Runtime.getRuntime().availableProcessors())
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", Runtime.version().toString());
    }

    private static String of(Measurement measurement) {
        LiveResult live = measurement.live();
        return JsonWriter.object(json -> {
            json.put("target", measurement.target())
                    .put("round", (long) measurement.round())
                    .put("seconds", measurement.seconds())
                    .put("events", measurement.events())
                    .put("answers", measurement.answers())
                    .put("answers_per_second", measurement.answersPerSecond())
                    .put("latency", of(measurement.latency()))
                    .put("server_cores", measurement.serverCores())
                    .put("server_micros_per_answer", measurement.serverMicrosPerAnswer())
                    .put("generator_cores", measurement.generatorCores())
                    .put("resident_bytes", measurement.residentBytes())
                    .put("resident_peak_bytes", measurement.residentPeakBytes());
            if (live != null) {
                json.put("live", of(live));
            }
            json.putTexts("faults", measurement.faults());
        });
    }

    private static Consumer<JsonWriter> of(LiveResult live) {
        return json -> json.put("subscribers", (long) live.subscribers())
                .put("slow", (long) live.slow())
                .put("deliveries", live.deliveries())
                .put("deliveries_per_second", live.deliveriesPerSecond())
                .put("latency", of(live.latency()))
                .put("closed", (long) live.closed())
                .put("slow_closed", (long) live.slowClosed())
                .putTexts("faults", live.faults());
    }

    private static Consumer<JsonWriter> of(Latency latency) {
        return json -> json.put("count", latency.count())
                .put("p50_micros", latency.p50Micros())
                .put("p90_micros", latency.p90Micros())
                .put("p99_micros", latency.p99Micros())
                .put("p999_micros", latency.p999Micros())
                .put("max_micros", latency.maxMicros());
    }

    private static String of(Figure figure) {
        return JsonWriter.object(json -> json.put("name", figure.name())
                .put("value", figure.value())
                .put("unit", figure.unit())
                .putAll("each", figure.each().stream().map(String::valueOf).toList()));
    }

    private static Consumer<JsonWriter> of(CheckResult check) {
        return json -> json.put("records", check.records())
                .put("acknowledged", check.acknowledged())
                .put("found", check.found())
                .put("missing", check.missing())
                .put("duplicated", check.duplicated())
                .put("reordered", check.reordered())
                .put("differing", check.differing())
                .put("broken", check.broken())
                .putTexts("examples", check.examples());
    }
}

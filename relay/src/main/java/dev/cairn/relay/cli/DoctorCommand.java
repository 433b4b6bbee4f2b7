package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.cli.Finding.Grade;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;

final class DoctorCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private final RelayOptions relay = new RelayOptions();

    private final ReceiptsOptions receipts = new ReceiptsOptions(relay);

    private boolean noRoundTrip;

    private String roundTripTimeout = "3s";

    private boolean warnAsError;

    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        DoctorCommand doctor = new DoctorCommand(surroundings);
        Shape shape = Shape.of("doctor", doctor)
                .header("Look for what is wrong or risky around the relay, and say what to do.")
                .description(
                        "Where there are receipts, it makes one of its own and looks for it in the database, to see that emitters "
                                + "get through.",
                        "Exit code: 0 nothing failed, 1 something did. Warnings do not count, unless told otherwise.")
                .flag(value -> doctor.noRoundTrip = value, "Make no receipt.", "--no-roundtrip")
                .text(
                        value -> doctor.roundTripTimeout = value,
                        "DURATION",
                        "How long to wait for that receipt (default: 3s).",
                        "--roundtrip-timeout")
                .flag(value -> doctor.warnAsError = value, "A warning is a failure.", "--warn-as-error")
                .flag(
                        value -> doctor.json = value,
                        "Print JSON: whether all is well, and every check with its status.",
                        "--json");
        return doctor.relay.addTo(shape).line();
    }

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Duration patience = GoDuration.parse("--roundtrip-timeout", roundTripTimeout);
        RelayFiles files = relay.locate(surroundings);
        List<Finding> findings = new ArrayList<>(new Examination(surroundings, files).findings());
        if (files.areKnown() || receipts.isNamed(surroundings)) {
            findings.addAll(ReceiptsFindings.of(surroundings, receipts, files, noRoundTrip ? null : patience));
        }
        boolean passed = findings.stream().map(Finding::grade).noneMatch(this::isFailure);
        if (json) {
            printJson(findings, passed);
        } else {
            findings.forEach(this::print);
            printVerdict(findings, passed);
        }
        return passed ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private boolean isFailure(Grade grade) {
        return grade == Grade.FAILED || (warnAsError && grade == Grade.WARNING);
    }

    private void printJson(List<Finding> findings, boolean passed) {
        List<String> checks =
                findings.stream().map(finding -> finding.toJson().toString()).toList();
        surroundings
                .out()
                .println(JsonText.object().put("ok", passed).putRaw("checks", "[" + String.join(",", checks) + "]"));
    }

    private void print(Finding finding) {
        Style style = surroundings.style();
        String word = String.format("%-4s", finding.grade().word());
        String mark = switch (finding.grade()) {
            case GOOD -> style.good(word);
            case WARNING -> style.warning(word);
            case FAILED -> style.bad(word);
        };
        surroundings.out().println("[" + mark + "] " + finding.check() + "  " + finding.text());
        if (!finding.remedy().isEmpty()) {
            surroundings.out().println("       " + style.faint("fix: " + finding.remedy()));
        }
    }

    private void printVerdict(List<Finding> findings, boolean passed) {
        Map<Grade, Long> counts =
                findings.stream().collect(Collectors.groupingBy(Finding::grade, Collectors.counting()));
        Style style = surroundings.style();
        surroundings
                .out()
                .println("doctor: " + (passed ? style.good("PASS") : style.bad("FAIL")) + " ("
                        + counts.getOrDefault(Grade.GOOD, 0L) + " ok, "
                        + counts.getOrDefault(Grade.WARNING, 0L) + " warn, "
                        + counts.getOrDefault(Grade.FAILED, 0L) + " fail)");
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
                .flag(value -> doctor.json = value, "Print one line of JSON for each finding.", "--json");
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
        findings.forEach(json ? this::printJson : this::print);
        boolean failed = findings.stream()
                .map(Finding::grade)
                .anyMatch(grade -> grade == Finding.Grade.FAILED || (warnAsError && grade == Finding.Grade.WARNING));
        return failed ? ExitCode.FAILED : ExitCode.GOOD;
    }

    private void printJson(Finding finding) {
        surroundings
                .out()
                .println(JsonText.object()
                        .put("check", finding.check())
                        .put("grade", finding.grade().word())
                        .put("finding", finding.text())
                        .put("remedy", finding.remedy().isEmpty() ? null : finding.remedy()));
    }

    private void print(Finding finding) {
        Style style = surroundings.style();
        String mark = String.format("%-7s", finding.grade().word());
        String grade = switch (finding.grade()) {
            case GOOD -> style.good(mark);
            case WARNING -> style.warning(mark);
            case FAILED -> style.bad(mark);
        };
        surroundings.out().println(grade + " " + String.format("%-10s", finding.check()) + " " + finding.text());
        if (!finding.remedy().isEmpty()) {
            surroundings.out().println(" ".repeat(19) + style.faint("-> " + finding.remedy()));
        }
    }
}

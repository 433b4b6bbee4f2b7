package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.json.JsonText;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells people, or programs, what a [LogReport] says: first whether the chain holds, then where it breaks
/// and what that means.
final class LogReportPrinter {

    private static final int GAPS_SHOWN = 5;
    private static final int FAULTS_SHOWN = 5;

    private final PrintStream out;
    private final Style style;

    LogReportPrinter(Surroundings surroundings) {
        out = surroundings.out();
        style = surroundings.style();
    }

    void print(LogReport report) {
        LogState state = report.verdict().state();
        out.println(headline(report));
        line(
                "log",
                Human.visible(report.file()) + ", " + Human.count(state.lines(), "line") + " in "
                        + Human.duration(report.elapsed()));
        String tip = state.tip().hash() == null
                ? ""
                : ", tip " + Human.shortHash(state.tip().hash().text());
        line("records", Human.count(state.tip().count()) + tip);
        String peers = state.unprotected() == 0
                ? ""
                : ", " + Human.count(state.unprotected()) + " without a link (the peer's)";
        line("heartbeats", Human.count(state.heartbeats()) + peers);
        if (state.repairs() > 0) {
            line("repairs", repairs(report) + ", as the relay recorded");
        }
        if (state.accepted() > 0) {
            line("accepted", style.warning(Human.count(state.accepted(), "fault") + " that the operator accepted"));
        }
        printGaps(report);
        LinkedHeartbeat end = report.openEnd();
        if (end != null) {
            line(
                    "end",
                    "without a stop, after the heartbeat of " + end.at()
                            + ": it is being written, was cut, or its writer was killed");
        }
        printStory(report);
        new ProofPrinter(out, style).print(report.view());
    }

    /// What repairs left out, for people.
    static String repairs(LogReport report) {
        LogReport.LeftOut leftOut = report.leftOut();
        return Human.count(report.verdict().state().repairs(), "torn end") + " left out: "
                + Human.bytes(leftOut.bytes()) + " with "
                + (leftOut.records() == 0 ? "no whole record" : Human.count(leftOut.records(), "whole record"));
    }

    private String headline(LogReport report) {
        return switch (report.standing()) {
            case INTACT -> style.good("INTACT") + "  every hash and every link holds";
            case UNPROVEN -> style.bad("UNPROVEN") + "  " + ProofWords.noQuorum(report.view());
            case NO_RECORDS -> style.bad("NO RECORDS");
            case TORN -> style.bad("TORN") + "  " + torn(report.verdict());
            case BROKEN -> style.bad("BROKEN") + "  " + broken(report);
        };
    }

    private static String torn(LogVerdict verdict) {
        return verdict instanceof LogVerdict.Unterminated
                ? "the last line has no end"
                : "the end of the log does not verify";
    }

    private static String broken(LogReport report) {
        if (report.isCutOff()) {
            return torn(report.verdict()) + "; " + ProofWords.wrong(report.view());
        }
        return switch (report.verdict()) {
            case LogVerdict.Intact _ -> "every link of the log holds, but " + ProofWords.wrong(report.view());
            case LogVerdict.Torn _ -> "from here on the log does not verify";
            default -> "this log is not what the relay wrote";
        };
    }

    private void printGaps(LogReport report) {
        List<LogGap> gaps = report.gaps();
        if (gaps.isEmpty()) {
            return;
        }
        line("gaps", style.warning(Human.count(gaps.size(), "silence") + " where a heartbeat was due:"));
        int past = gaps.size() - (report.isSilent() ? 1 : 0);
        for (LogGap gap : gaps.subList(0, Math.min(past, GAPS_SHOWN))) {
            line("", Human.duration(gap.length()) + " from " + gap.since());
        }
        if (past > GAPS_SHOWN) {
            line("", "and " + Human.count(past - GAPS_SHOWN) + " more");
        }
        if (report.isSilent()) {
            LogGap now = gaps.getLast();
            line("", Human.duration(now.length()) + " from " + now.since() + " until now: no relay writes this log");
        }
    }

    private void printStory(LogReport report) {
        switch (report.verdict()) {
            case LogVerdict.Intact _ -> {}
            case LogVerdict.Unterminated unterminated -> {
                line(
                        "",
                        Human.bytes(unterminated.fragment().bytes()) + " from byte "
                                + Human.count(unterminated.fragment().offset()) + " on are the beginning of a line.");
                line(
                        "",
                        report.standing() == LogReport.Standing.BROKEN
                                ? "A relay that was killed leaves that, but not what is wrong with the proof, below."
                                : "A relay that was killed leaves that; its next start repairs and records it.");
            }
            case LogVerdict.Torn torn -> {
                printFault(torn.fault());
                if (report.standing() == LogReport.Standing.BROKEN) {
                    printBefore(torn.fault());
                    printBehind(torn.linesBehind(), torn.faults());
                } else {
                    line("", "Only the end is affected: a relay that starts may repair and record it.");
                }
            }
            case LogVerdict.Broken broken -> printFaults(report, broken);
        }
    }

    private void printFaults(LogReport report, LogVerdict.Broken broken) {
        printFault(broken.first());
        printBefore(broken.first());
        printBehind(broken.state().lines() - broken.first().line(), broken.faults());
        if (report.behind() > 0) {
            line("", "The last " + Human.bytes(report.behind()) + " do not verify, or were not read any more.");
        }
    }

    private void printBefore(Fault first) {
        long records = first.recordsBefore();
        line(
                "",
                records == 0
                        ? "There is no record before it."
                        : "The " + Human.count(records, "record") + " before it "
                                + (records == 1 ? "holds." : "hold."));
    }

    private void printOthers(List<Fault> faults) {
        List<Fault> others = faults.subList(1, faults.size());
        for (Fault fault : others.subList(0, Math.min(others.size(), FAULTS_SHOWN))) {
            line("also", "line " + Human.count(fault.line()) + ": " + words(fault));
        }
        if (others.size() > FAULTS_SHOWN) {
            line("", "and " + Human.count(others.size() - FAULTS_SHOWN) + " more faults");
        }
    }

    /// What became of the lines behind the first fault: one change does not make all else worthless.
    private void printBehind(long lines, List<Fault> faults) {
        int wrong = faults.size() - 1;
        if (lines > 0) {
            line(
                    "",
                    wrong == 0
                            ? "Behind it " + Human.count(lines, "line") + (lines == 1 ? " links" : " link")
                                    + " and hash" + (lines == 1 ? "es" : "") + " again."
                            : "Of the " + Human.count(lines, "line") + " behind it " + Human.count(wrong)
                                    + (wrong == 1 ? " is" : " are") + " wrong too; the others link and hash again.");
        }
        printOthers(faults);
    }

    private void printFault(Fault fault) {
        String place = "line " + Human.count(fault.line()) + ", byte " + Human.count(fault.offset());
        line("first", style.bad(place) + ": " + words(fault));
        line("expected", Human.visible(fault.expected(), 200));
        line("found", Human.visible(fault.found(), 200));
    }

    private static String words(Fault fault) {
        return switch (fault.kind()) {
            case UNREADABLE -> "it is no JSON object";
            case TOO_LONG -> "it is longer than any line that a relay writes";
            case NOT_A_RECORD -> "it is neither a record nor a heartbeat";
            case DISGUISED -> "it is a heartbeat to some readers and a record to others";
            case RECORD_HASH -> "the record was changed: its content does not have its hash";
            case EVENT_HASH -> "the event was changed: its content does not have the hash that its sender gave";
            case LINK -> "records were removed, added or moved: this one does not follow the one before it";
            case SECOND_GENESIS -> "the chain begins a second time";
            case HEARTBEAT_FORM -> "the heartbeat is not as a relay writes it";
            case HEARTBEAT_HASH -> "the heartbeat was changed: its content does not have its hash";
            case HEARTBEAT_LINK ->
                "heartbeats were removed, added or moved: this one does not follow the one before it";
            case HEARTBEAT_TIP ->
                "the heartbeat was written at another place of the chain: records are missing or added";
            case REPAIR -> "a repair names other bytes than the damaged ones before it";
        };
    }

    private void line(String label, String text) {
        out.println("  " + style.faint(String.format("%-10s", label)) + " " + text);
    }

    /// @param comparison with a user's log, if there was one: then the verdict is on both
    static JsonText toJson(LogReport report, @Nullable UserLogComparison comparison) {
        LogState state = report.verdict().state();
        boolean isGood = report.isGood() && (comparison == null || comparison.isGood());
        JsonText json = JsonText.object().put("ok", isGood);
        if (!isGood) {
            json.put("error", report.isGood() && comparison != null ? comparison.error() : error(report));
        }
        LinkedHeartbeat end = report.openEnd();
        json.put("verdict", report.standing().word())
                .put("file", report.file().toString())
                .put("records", state.tip().count())
                .put(
                        "tip",
                        state.tip().hash() == null ? null : state.tip().hash().text())
                .put("lines", state.lines())
                .put("bytes", state.offset())
                .put("heartbeats", state.heartbeats())
                .put("unprotected_heartbeats", state.unprotected())
                .put("repairs", state.repairs())
                .put("repaired_bytes", report.leftOut().bytes())
                .put("repaired_records", report.leftOut().records())
                .put("accepted_faults", state.accepted())
                .putRaw(
                        "gaps",
                        array(report.gaps().stream()
                                .map(gap -> gap.toJson().toString())
                                .toList()))
                .putRaw(
                        "faults",
                        array(report.faults().stream()
                                .map(LogReportPrinter::toJson)
                                .toList()))
                .put("silent_until_now", report.isSilent())
                .put("ends_without_stop_at", end == null ? null : end.at().toString())
                .put("elapsed_ms", report.elapsed().toMillis());
        ProofJson.addTo(json, report.view());
        return comparison == null ? json : comparison.addTo(json);
    }

    private static String error(LogReport report) {
        List<Fault> faults = report.faults();
        if (report.isIntact() && report.verdict().state().tip().count() > 0) {
            return report.view().isSound() ? ProofWords.noQuorum(report.view()) : ProofWords.wrong(report.view());
        }
        if (report.isCutOff() && report.standing() == LogReport.Standing.BROKEN) {
            return broken(report);
        }
        return faults.isEmpty()
                ? report.standing().word().replace('_', ' ')
                : "line " + faults.getFirst().line() + ": " + words(faults.getFirst());
    }

    private static String toJson(Fault fault) {
        return JsonText.object()
                .put("kind", fault.kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("line", fault.line())
                .put("offset", fault.offset())
                .put("records_before", fault.recordsBefore())
                .put("expected", fault.expected())
                .put("found", fault.found())
                .toString();
    }

    private static String array(List<String> items) {
        return "[" + String.join(",", items) + "]";
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.proof.WitnessReport;
import dev.cairn.protocol.proof.Witnessed;
import dev.cairn.protocol.seal.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a full check of the log says, as findings.
final class LogFindings {

    private static final int GAPS_SHOWN = 10;

    private LogFindings() {}

    /// @param files of the relay whose log is the live one
    static List<Finding> of(Surroundings surroundings, RelayFiles files) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try {
            LogReport report = LogReport.of(
                    files.log(),
                    LogReport.Place.LIVE,
                    Evidence.beside(ProofSubject.LOG, files.log(), files),
                    new Progress(surroundings, "records"));
            findings.add(chain(report, files.commands()));
            findings.add(proof(report, files.commands()));
            objections(report, files.commands()).ifPresent(findings::add);
            findings.addAll(gaps(report));
            if (report.verdict().state().repairs() > 0) {
                findings.add(Finding.warning(
                        "repairs",
                        LogReportPrinter.repairs(report),
                        "the relay was killed or its disk was full; nothing of that was acknowledged"));
            }
        } catch (CommandFailedException e) {
            findings.add(Finding.failed("chain", e.error(), e.remedy()));
        }
        return findings;
    }

    private static Finding chain(LogReport report, CommandText commands) {
        String verify = commands.of("verify") + " tells where";
        String verified = "its first " + Human.count(report.recordsThatHold(), "record");
        if (report.standing() == LogReport.Standing.NO_RECORDS) {
            return Finding.warning(
                    "chain", "no records yet", commands.of("emit --action file_write --target notes.txt"));
        }
        if (report.standing() == LogReport.Standing.TORN) {
            return Finding.failed("chain", "its end is torn, behind " + verified, verify);
        }
        return report.isIntact()
                ? Finding.good(
                        "chain",
                        Human.count(report.verdict().state().tip().count(), "record") + ", every hash and link holds")
                : Finding.failed("chain", "it does not verify behind " + verified, verify);
    }

    private static Finding proof(LogReport report, CommandText commands) {
        if (!report.view().isSound()) {
            return Finding.failed("proof", ProofWords.wrong(report.view()), commands.of("verify") + " tells where");
        }
        Seal signed = report.proof().signed();
        Witnessed witnessed = report.proof().strongest();
        if (!report.proof().isSealed()) {
            return Finding.good("proof", "not sealed yet");
        }
        String seals = signed == null
                ? "no seal could be checked against its key"
                : "sealed up to record " + Human.count(signed.payload().count());
        String replies = witnessed == null
                ? ", confirmed by no quorum of witnesses"
                : ", confirmed by " + ProofWords.witnesses(witnessed.witnesses().size()) + " up to record "
                        + Human.count(witnessed.count());
        return signed == null
                ? Finding.warning("proof", seals + replies, "run it as the relay's user, who may read the keys")
                : Finding.good("proof", seals + replies);
    }

    /// Whether who says so is known, only the configuration tells, which is for `verify`.
    private static Optional<Finding> objections(LogReport report, CommandText commands) {
        WitnessReport witnesses = report.proof().witnesses();
        if (witnesses == null || witnesses.objections().isEmpty()) {
            return Optional.empty();
        }
        String text = Human.count(witnesses.objections().size(), "answer")
                + " of witnesses against what was sealed, the first: "
                + ProofWords.of(witnesses.objections().getFirst());
        return Optional.of(
                Finding.warning("witnesses", text, commands.of("verify --config FILE") + " tells what they are worth"));
    }

    /// One finding about all of them, then the newest ones one by one.
    private static List<Finding> gaps(LogReport report) {
        boolean silent = report.isSilent();
        long past = report.verdict().state().gaps();
        List<LogGap> known = silent ? report.gaps().subList(0, report.gaps().size() - 1) : report.gaps();
        List<Finding> findings = new ArrayList<>();
        if (silent) {
            LogGap now = report.gaps().getLast();
            findings.add(Finding.warning(
                    "gaps",
                    "silent for " + Human.duration(now.length()) + ", since " + now.since(),
                    "the relay is not running, or was killed: see the finding about it"));
        }
        if (past > 0) {
            List<LogGap> newest = known.subList(Math.max(0, known.size() - GAPS_SHOWN), known.size());
            String shown = newest.size() < past ? ", the newest " + newest.size() + ":" : ":";
            findings.add(Finding.warning(
                    "gaps",
                    Human.count(past, "silence") + " where a heartbeat was due" + shown,
                    "the relay was not running then, or was killed"));
            newest.forEach(gap ->
                    findings.add(Finding.warning("gaps", Human.duration(gap.length()) + " from " + gap.since(), "")));
        }
        return findings.isEmpty() ? List.of(Finding.good("gaps", "no silence where a heartbeat was due")) : findings;
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.LogGap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a full check of the log says, as findings.
final class LogFindings {

    private LogFindings() {}

    static List<Finding> of(Surroundings surroundings, Path log) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try {
            LogReport report = LogReport.of(log, new Progress(surroundings, "records"));
            findings.add(chain(report));
            findings.add(gaps(report.gaps()));
        } catch (CommandFailedException e) {
            findings.add(Finding.failed("chain", e.text(), ""));
        }
        return findings;
    }

    private static Finding chain(LogReport report) {
        String records = Human.count(report.verdict().state().tip().count(), "record");
        if (report.isGood()) {
            return Finding.good("chain", records + ", every hash and link holds");
        }
        return report.verdict().state().tip().count() == 0 && report.isIntact()
                ? Finding.warning("chain", "no records yet", "cairn emit --action file_write --target notes.txt")
                : Finding.failed("chain", "it does not verify beyond " + records, "cairn verify tells where");
    }

    private static Finding gaps(List<LogGap> gaps) {
        if (gaps.isEmpty()) {
            return Finding.good("gaps", "no silence where a heartbeat was due");
        }
        LogGap last = gaps.getLast();
        String text = Human.count(gaps.size(), "silence") + " where a heartbeat was due, the last one of "
                + Human.duration(last.length()) + " from " + last.since();
        return Finding.warning("gaps", text, "the relay was not running then, or was killed");
    }
}

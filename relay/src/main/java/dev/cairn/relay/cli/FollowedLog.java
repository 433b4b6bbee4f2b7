package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.LogState;
import java.util.ArrayDeque;
import java.util.Deque;

/// A log that is verified as it grows, with its seals.
///
/// A seal comes a moment later than the records that it covers, which may be verified by then: so for the
/// seals the newest part of the log is read a second time, from a place that was passed a while ago.
final class FollowedLog {

    private static final int PASSED_KEPT = 30;

    private final Deque<LogState> passed = new ArrayDeque<>();
    private LogReport report;
    private long evidenceSize;

    /// @param evidenceSize of seals and replies before the first verification
    FollowedLog(LogReport first, long evidenceSize) {
        report = first;
        this.evidenceSize = evidenceSize;
        passed.add(first.verdict().state());
    }

    LogReport report() {
        return report;
    }

    /// Verifies what is new; whether anything is, or is wrong.
    boolean advance() throws InterruptedException {
        LogState before = report.verdict().state();
        long size = report.evidence().size();
        report = report.goOn();
        boolean isNew = report.verdict().state().offset() > before.offset();
        if (size != evidenceSize) {
            evidenceSize = size;
            report = report.proveFrom(passed.getFirst());
            isNew = true;
        }
        passed.addLast(report.verdict().state());
        if (passed.size() > PASSED_KEPT) {
            passed.removeFirst();
        }
        return isNew || !report.isGood();
    }
}

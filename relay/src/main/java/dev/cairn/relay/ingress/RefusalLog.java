package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the security log what was turned away and by whom: the same thing once per period, and a bounded
/// number of lines in all, so that a hostile client cannot push the history out of the log. Client text is
/// never part of a line.
///
/// Owned by one event loop.
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private final int linesPerPeriodMax;
    private final Set<Told> told = new HashSet<>();
    private long untold;

    private record Told(Refusal refusal, Peer peer) {}

    RefusalLog(int linesPerPeriodMax) {
        this.linesPerPeriodMax = linesPerPeriodMax;
    }

    void refused(Refusal refusal, Peer peer) {
        Told line = new Told(refusal, peer);
        if (told.contains(line)) {
            return; // Metrics and drop counts have the number.
        }
        if (told.size() == linesPerPeriodMax) {
            untold++;
            return;
        }
        told.add(line);
        LOG.atWarn().addKeyValue("peer", describe(peer)).log(refusal.message());
    }

    /// Begins a new period, and says how much the last one kept to itself.
    void nextPeriod() {
        if (untold > 0) {
            LOG.atWarn().addKeyValue("count", untold).log("refused more than the log tells one by one");
        }
        told.clear();
        untold = 0;
    }

    private static String describe(Peer peer) {
        return peer.isKnown() ? "pid " + peer.pid() + " uid " + peer.uid() : "unknown";
    }
}

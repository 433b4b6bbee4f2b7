package dev.cairn.relay.log;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/// Tells the security log what was turned away and by whom: the same thing once per period, and a bounded
/// number of lines in all, so that a hostile client cannot push the history out of the log. Client text is
/// never part of a line.
///
/// Owned by one event loop.
public final class RefusalLog {

    private final Logger log;
    private final int linesPerPeriodMax;
    private final Set<Told> told = new HashSet<>();
    private long untold;

    private record Told(String what, Object who) {}

    public RefusalLog(Logger log, int linesPerPeriodMax) {
        this.log = log;
        this.linesPerPeriodMax = linesPerPeriodMax;
    }

    /// @param what one of a few sentences of our own
    /// @param who as the kernel names the other end; its text is the line's `peer`
    public void refused(String what, Object who) {
        Told line = new Told(what, who);
        if (told.contains(line)) {
            return; // Metrics and drop counts have the number.
        }
        if (told.size() == linesPerPeriodMax) {
            untold++;
            return;
        }
        told.add(line);
        log.atWarn().addKeyValue("peer", who.toString()).log(what);
    }

    /// Begins a new period, and says how much the last one kept to itself.
    public void nextPeriod() {
        if (untold > 0) {
            log.atWarn().addKeyValue("count", untold).log("refused more than the log tells one by one");
        }
        told.clear();
        untold = 0;
    }
}

package dev.cairn.relay.log;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;

/// Tells the security log what was turned away, why, how often and whose it was (`specs/audit-relay.md` 4.5): the
/// same thing at once and then summed up, a bounded number of lines per period, so that a hostile client cannot push
/// the history out of the log. Client text is never part of a line.
///
/// Owned by one event loop.
public final class RefusalLog {

    private final Logger log;
    private final int thingsPerPeriodMax;
    private final Map<Told, Long> more = new LinkedHashMap<>();
    private long untold;

    private record Told(String what, String reason, Object who) {}

    /// @param thingsPerPeriodMax each is a line when it is new, and one more at the end if it went on
    public RefusalLog(Logger log, int thingsPerPeriodMax) {
        this.log = log;
        this.thingsPerPeriodMax = thingsPerPeriodMax;
    }

    /// @param what one of a few sentences of our own
    /// @param reason a short text of our own
    /// @param who as the kernel names the other end; its text is the line's `peer`
    /// @param count how many at once
    public void refused(String what, String reason, Object who, long count) {
        Told line = new Told(what, reason, who);
        if (more.containsKey(line)) {
            more.merge(line, count, Long::sum);
        } else if (more.size() == thingsPerPeriodMax) {
            untold += count;
        } else {
            more.put(line, 0L);
            tell(line, count, what);
        }
    }

    private void tell(Told line, long count, String message) {
        log.atWarn()
                .addKeyValue("peer", line.who.toString())
                .addKeyValue("reason", line.reason)
                .addKeyValue("count", count)
                .log(message);
    }

    /// Begins a new period, and says how much the last one kept to itself.
    public void nextPeriod() {
        more.forEach((line, count) -> {
            if (count > 0) {
                tell(line, count, line.what + ": more of the same");
            }
        });
        if (untold > 0) {
            log.atWarn().addKeyValue("count", untold).log("refused more than the log tells one by one");
        }
        more.clear();
        untold = 0;
    }
}

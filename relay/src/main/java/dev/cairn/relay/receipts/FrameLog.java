package dev.cairn.relay.receipts;

import dev.cairn.protocol.audit.ClientText;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Tells the security log what was turned away and by whom: the same thing once per period, and a bounded number
/// of lines in all, so that a hostile client cannot push the history out of the log. Nothing that an emitter
/// wrote is part of a line.
///
/// Owned by one event loop.
final class FrameLog {

    private static final int LINES_PER_PERIOD_MAX = 8;

    private static final Logger LOG = LoggerFactory.getLogger(FrameLog.class);

    private record Told(String what, int pid, long uid) {}

    private final Set<Told> told = new HashSet<>();
    private long untold;

    void refused(String what, @Nullable ReceiptPeer peer) {
        if (isNew(what, peer)) {
            naming(LOG.atWarn(), peer).log(what);
        }
    }

    /// Likewise, of what the relay itself failed at.
    void failed(String what, ReceiptPeer peer, Throwable cause) {
        if (isNew(what, peer)) {
            naming(LOG.atError(), peer).setCause(cause).log(what);
        }
    }

    private boolean isNew(String what, @Nullable ReceiptPeer peer) {
        Told line = new Told(what, peer == null ? -1 : peer.pid(), peer == null ? -1 : peer.uid());
        if (told.contains(line)) {
            return false; // Metrics and receipts have the number.
        }
        if (told.size() == LINES_PER_PERIOD_MAX) {
            untold++;
            return false;
        }
        return told.add(line);
    }

    /// Begins a new period, and says how much the last one kept to itself.
    void nextPeriod() {
        if (untold > 0) {
            LOG.atWarn().addKeyValue("count", untold).log("refused more than the log tells one by one");
        }
        told.clear();
        untold = 0;
    }

    /// All that a policy can ask for: who reads the line is to see why it did not admit somebody.
    private static LoggingEventBuilder naming(LoggingEventBuilder line, @Nullable ReceiptPeer peer) {
        if (peer == null) {
            return line.addKeyValue("peer", "unknown");
        }
        String ids = "pid " + peer.pid() + " uid " + peer.uid() + " gid " + peer.gid();
        LoggingEventBuilder told = line.addKeyValue("peer", ids);
        return peer.exePath() == null ? told : told.addKeyValue("exe", ClientText.show(peer.exePath()));
    }
}

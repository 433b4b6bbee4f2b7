package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.Topic;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells, once each, when receipts cannot be signed or stored, and when they can again.
final class ReceiptsHealth {

    private static final String PART = "receipts";
    private static final int CHAINS_TOLD_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptsHealth.class);

    private final Bus bus;
    private final Set<String> told = new HashSet<>();
    private boolean signs = true;
    private boolean stores = true;

    ReceiptsHealth(Bus bus) {
        this.bus = bus;
    }

    void signs() {
        if (!signs) {
            signs = true;
            recovered();
        }
    }

    void signsNot(Throwable failure) {
        if (signs) {
            signs = false;
            degraded("receipts cannot be signed: " + failure.getMessage());
        }
    }

    void stores() {
        if (!stores) {
            stores = true;
            recovered();
        }
    }

    void storesNot(String reason) {
        if (stores) {
            stores = false;
            degraded("receipts cannot be stored: " + reason);
        }
    }

    /// A chain takes nothing more: what was meant for it is counted as lost.
    void unusable(UnusableChainException problem) {
        String text = String.valueOf(problem.getMessage());
        if (told.size() < CHAINS_TOLD_MAX && told.add(text)) {
            LOG.atError().addKeyValue("reason", text).log("nothing is appended to this chain");
        }
    }

    private void degraded(String reason) {
        LOG.atError().addKeyValue("reason", reason).log("receipts wait");
        bus.tell(Topic.CONTROL, new Degraded(PART, reason));
    }

    private void recovered() {
        if (signs && stores) {
            LOG.atInfo().log("receipts are signed and stored again");
            bus.tell(Topic.CONTROL, new Recovered(PART));
        }
    }
}

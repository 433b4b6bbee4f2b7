package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ReceiptsStatus.Health;
import dev.cairn.relay.bus.ReceiptsStatus.Serving;
import dev.cairn.relay.bus.ReceiptsStatus.Waiting;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells, once each, when receipts cannot be opened, signed or stored, and when they can again.
final class ReceiptsHealth {

    /// What can go wrong for a while.
    enum Matter {
        OPEN("receipts cannot be opened: "),
        SIGN("receipts cannot be signed: "),
        STORE("receipts cannot be stored: "),
        ROTATE("the next key cannot take over: ");

        private final String words;

        Matter(String words) {
            this.words = words;
        }
    }

    private static final String PART = "receipts";
    private static final int CHAINS_TOLD_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptsHealth.class);

    private final Bus bus;
    private final Runnable onChange;
    private final Map<Matter, String> troubles = new EnumMap<>(Matter.class);
    private final Set<String> told = new HashSet<>();

    /// @param onChange to be called when [#now] gives something else
    ReceiptsHealth(Bus bus, Runnable onChange) {
        this.bus = bus;
        this.onChange = onChange;
    }

    /// Whether anything keeps receipts out of the store.
    Health now() {
        return troubles.isEmpty() ? new Serving() : new Waiting(String.join("; ", troubles.values()));
    }

    void works(Matter matter) {
        if (troubles.remove(matter) == null) {
            return;
        }
        onChange.run();
        if (now() instanceof Waiting(String reason)) {
            bus.tellControl(new Degraded(PART, reason));
        } else {
            LOG.atInfo().log("receipts are signed and stored again");
            bus.tellControl(new Recovered(PART));
        }
    }

    /// @param failure whose message is meant for whoever runs the machine; its first line says what is wrong
    void worksNot(Matter matter, Throwable failure) {
        worksNot(matter, String.valueOf(failure.getMessage()));
    }

    void worksNot(Matter matter, String problem) {
        String reason = matter.words + problem.lines().findFirst().orElse("");
        if (reason.equals(troubles.put(matter, reason))) {
            return;
        }
        LOG.atError().addKeyValue("reason", matter.words + problem).log("receipts wait");
        onChange.run();
        if (now() instanceof Waiting(String all)) {
            bus.tellControl(new Degraded(PART, all));
        }
    }

    /// A chain takes nothing more: what was meant for it is counted as lost.
    void unusable(UnusableChainException problem) {
        String text = String.valueOf(problem.getMessage());
        if (told.size() < CHAINS_TOLD_MAX && told.add(text)) {
            LOG.atError().addKeyValue("reason", text).log("nothing is appended to this chain");
        }
    }
}

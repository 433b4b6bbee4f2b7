package dev.cairn.relay.seal;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.SealedStore;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a store can be sealed, told when it changes.
final class SealHealth {

    /// What can be wrong by itself.
    enum Part {
        KEYS,
        SEALS,
        WITNESSES
    }

    private static final Logger LOG = LoggerFactory.getLogger(SealHealth.class);

    private final Bus bus;
    private final String name;
    private final Map<Part, String> reasons = new EnumMap<>(Part.class);
    private String told = "";

    SealHealth(Bus bus, SealedStore store) {
        this.bus = bus;
        this.name = store.part();
    }

    /// @param reason empty if nothing is wrong
    void report(Part part, String reason) {
        if (reason.isEmpty()) {
            reasons.remove(part);
        } else {
            reasons.put(part, reason);
        }
        String now = String.join("; ", reasons.values());
        if (now.equals(told)) {
            return;
        }
        told = now;
        if (now.isEmpty()) {
            LOG.atInfo().addKeyValue("part", name).log("it can be sealed again");
            bus.tellControl(new Recovered(name));
        } else {
            LOG.atError().addKeyValue("part", name).addKeyValue("reason", now).log("sealing or signing does not work");
            bus.tellControl(new Degraded(name, now));
        }
    }
}

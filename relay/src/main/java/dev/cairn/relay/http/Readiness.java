package dev.cairn.relay.http;

import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.Latest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/// Which parts of the relay cannot do their work now, and why.
final class Readiness {

    private final Latest<ChainStatus> chain;
    private final Map<String, String> reasons = new LinkedHashMap<>();

    Readiness(Latest<ChainStatus> chain) {
        this.chain = chain;
    }

    void hear(Control control) {
        switch (control) {
            case Degraded(String part, String reason) -> reasons.put(part, reason);
            case Recovered(String part) -> reasons.remove(part);
            case Stopping _ -> reasons.put("relay", "stopping");
        }
    }

    /// The reason by part; empty when the relay is ready.
    Map<String, String> down() {
        Map<String, String> down = new LinkedHashMap<>(reasons);
        if (chain.get().health() instanceof Refusing refusing) {
            down.put("chain", refusing.reason());
        }
        return down;
    }

    static String json(Map<String, String> down) {
        JsonArray parts = new JsonArray();
        down.forEach(
                (part, reason) -> parts.add(new JsonObject().put("part", part).put("reason", reason)));
        return new JsonObject().put("ready", down.isEmpty()).put("down", parts).encode();
    }
}

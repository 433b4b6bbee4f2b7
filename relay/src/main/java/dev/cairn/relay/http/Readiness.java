package dev.cairn.relay.http;

import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Parts;
import dev.cairn.relay.bus.ReceiptsStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Which parts of the relay cannot do their work now, and why.
final class Readiness {

    /// What stands before the last name of an absolute path.
    private static final Pattern DIRECTORIES = Pattern.compile("(?<![A-Za-z0-9_.:/-])/(?:[^/\\s\"']+/)*(?=[^/\\s])");

    private final Latest<ChainStatus> chain;
    private final Latest<ReceiptsStatus> receipts;
    private final String dataDir;
    private final Map<String, String> reasons = new LinkedHashMap<>();

    /// @param dataDir where the relay's own files are
    Readiness(Latest<ChainStatus> chain, Latest<ReceiptsStatus> receipts, Path dataDir) {
        this.chain = chain;
        this.receipts = receipts;
        this.dataDir = dataDir + "/";
    }

    void hear(Control control) {
        switch (control) {
            case Degraded(String part, String reason) -> reasons.put(part, reason);
            case Recovered(String part) -> reasons.remove(part);
            case Stopping _ -> reasons.put("relay", "stopping");
            case Sealed _,
                    QuorumMet _,
                    QuorumLost _,
                    QuorumOverdue _,
                    WitnessContradiction _ -> {} // No witness keeps an event waiting.
        }
    }

    /// The reason by part, in which files are named without their directories: strangers may read it. Empty
    /// when the relay is ready.
    Map<String, String> down() {
        Map<String, String> down = new LinkedHashMap<>(reasons);
        down.putAll(Parts.down(chain.get(), receipts.get()));
        down.replaceAll((_, reason) -> withoutDirectories(reason));
        return down;
    }

    private String withoutDirectories(String reason) {
        return DIRECTORIES.matcher(reason.replace(dataDir, "")).replaceAll("");
    }

    static String json(Map<String, String> down) {
        JsonArray parts = new JsonArray();
        down.forEach(
                (part, reason) -> parts.add(new JsonObject().put("part", part).put("reason", reason)));
        return new JsonObject().put("ready", down.isEmpty()).put("down", parts).encode();
    }
}

package dev.cairn.relay.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where emitters of receipts look for a relay (`specs/receipts.md` 1.1). They all follow the same rules, so what this
/// says
/// is what they do.
final class EmitterPath {

    private static final String VARIABLE = "AGENTRECEIPTS_SOCKET";

    private EmitterPath() {}

    /// The socket; null where they find none.
    static @Nullable Path of(Surroundings surroundings) {
        String named = surroundings.variable(VARIABLE);
        if (named != null) {
            return Path.of(named);
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("linux")) {
            String runtime = surroundings.variable("XDG_RUNTIME_DIR");
            return Path.of(runtime == null ? "/run" : runtime, "agentreceipts", "events.sock");
        }
        if (!system.contains("mac")) {
            return null;
        }
        String data = surroundings.variable("XDG_DATA_HOME");
        String home = surroundings.variable("HOME");
        if (data != null && data.startsWith("/")) {
            return Path.of(data, "agent-receipts", "events.sock");
        }
        return home == null ? null : Path.of(home, ".local/share/agent-receipts/events.sock");
    }
}

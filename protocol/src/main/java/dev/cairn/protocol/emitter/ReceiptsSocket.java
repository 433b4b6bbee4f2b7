package dev.cairn.protocol.emitter;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where every emitter and every daemon of the receipts dialect looks for the socket (`specs/receipts.md` 1.1).
public final class ReceiptsSocket {

    /// Names the socket, whatever the rules say.
    public static final String VARIABLE = "AGENTRECEIPTS_SOCKET";

    private static final String NAME = "events.sock";

    private ReceiptsSocket() {}

    /// The socket by the environment, taken as it is; empty where the dialect names none.
    ///
    /// @param environment a variable's value, or `null`
    /// @param os as the system property `os.name` has it
    public static Optional<Path> usual(Function<String, @Nullable String> environment, String os) {
        String named = variable(environment, VARIABLE);
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        String lower = os.toLowerCase(Locale.ROOT);
        if (lower.startsWith("linux")) {
            String runtime = variable(environment, "XDG_RUNTIME_DIR");
            return Optional.of(Path.of(runtime.isEmpty() ? "/run" : runtime, "agentreceipts", NAME));
        }
        return lower.startsWith("mac") ? onMac(environment) : Optional.empty();
    }

    private static Optional<Path> onMac(Function<String, @Nullable String> environment) {
        String data = variable(environment, "XDG_DATA_HOME");
        if (data.startsWith("/")) {
            return Optional.of(Path.of(data, "agent-receipts", NAME));
        }
        String home = variable(environment, "HOME");
        return home.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(home, ".local", "share", "agent-receipts", NAME));
    }

    private static String variable(Function<String, @Nullable String> environment, String name) {
        String value = environment.apply(name);
        return value == null ? "" : value;
    }
}

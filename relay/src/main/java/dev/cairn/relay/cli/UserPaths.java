package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a relay of one user, and one of the whole system, keep their things.
final class UserPaths {

    static final Path SYSTEM_CONFIG = Path.of("/etc/cairn/relay-config.json");
    static final Path WELL_KNOWN_CONFIG = Places.WELL_KNOWN.resolve("relay-config.json");

    private static final Path SYSTEM_DATA = Path.of("/var/lib/cairn");
    private static final Path SYSTEM_SOCKET = Path.of("/run/cairn/relay.sock");

    private UserPaths() {}

    /// A relay of this user: XDG directories, else their usual places below the home directory.
    static Places perUser(Surroundings surroundings) {
        Path data = absolute(surroundings.variable("XDG_DATA_HOME"));
        Path dir = (data == null ? home(surroundings).resolve(".local/share") : data).resolve("cairn");
        Path runtime = absolute(surroundings.variable("XDG_RUNTIME_DIR"));
        Path socketDir = runtime != null && Files.isDirectory(runtime) ? runtime.resolve("cairn") : dir;
        return new Places(dir, List.of(socketDir.resolve("relay.sock")), false);
    }

    static Places system() {
        boolean teamSync = Files.isDirectory(Places.WELL_KNOWN.resolve("team"));
        return new Places(SYSTEM_DATA, List.of(SYSTEM_SOCKET), teamSync);
    }

    private static Path home(Surroundings surroundings) {
        String home = surroundings.variable("HOME");
        return Path.of(home == null ? System.getProperty("user.home") : home);
    }

    private static @Nullable Path absolute(@Nullable String text) {
        return text != null && text.startsWith("/") ? Path.of(text) : null; // The XDG rules ignore relative ones.
    }
}

package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Which relay a command means: the one told, else this user's, else the system's.
final class RelayOptions {

    static final String RUN_FILE = "relay.run.json";

    private @Nullable Path dataDir;

    private @Nullable Path socket;

    /// Adds `--data` and `--socket` to a command.
    Shape addTo(Shape shape) {
        return shape.path(value -> dataDir = value, "DIR", "The relay's data directory.", "--data")
                .path(value -> socket = value, "PATH", "The relay's Unix socket.", "--socket");
    }

    /// Whether a directory was named, which then counts and not the environment.
    boolean namesDirectory() {
        return dataDir != null;
    }

    /// Whether anything says which relay is meant.
    boolean isGiven() {
        return dataDir != null || socket != null;
    }

    RelayFiles locate(Surroundings surroundings) {
        CommandText commands = CommandText.of(surroundings, dataDir, socket);
        RelayFiles files = dataDir == null
                ? usual(surroundings, commands)
                : inside(Places.in(dataDir.toAbsolutePath().normalize()), commands);
        return socket == null ? files : files.withSocket(socket.toAbsolutePath());
    }

    private static RelayFiles usual(Surroundings surroundings, CommandText commands) {
        Places user = UserPaths.perUser(surroundings);
        for (Places places : new Places[] {user, UserPaths.system(), Places.in(Places.WELL_KNOWN)}) {
            if (Files.exists(places.dataDir().resolve(RUN_FILE))) {
                return inside(places, commands);
            }
        }
        boolean system = !Files.exists(user.dataDir())
                && Files.exists(UserPaths.system().sockets().getFirst());
        return inside(system ? UserPaths.system() : user, commands);
    }

    /// What the running relay wrote about itself, else what its configuration says when nobody changed it.
    private static RelayFiles inside(Places places, CommandText commands) {
        Path runFile = places.dataDir().resolve(RUN_FILE);
        try {
            return RelayFiles.of(places, JsonObject.parse(Files.readAllBytes(runFile)), commands);
        } catch (IOException | IllegalArgumentException _) {
            return RelayFiles.of(places, commands);
        }
    }
}

package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        Places named =
                dataDir == null ? null : Places.in(dataDir.toAbsolutePath().normalize());
        if (socket != null) {
            return at(socket.toAbsolutePath().normalize(), surroundings, named, commands);
        }
        return named == null ? usual(surroundings, commands) : inside(named, commands);
    }

    /// The relay with this socket: what is known of another relay does not count for it.
    private static RelayFiles at(Path socket, Surroundings surroundings, @Nullable Places named, CommandText commands) {
        for (Places places : named == null ? usualPlaces(surroundings) : List.of(named)) {
            JsonObject run = runFile(places);
            if (run != null && run.texts("sockets").stream().anyMatch(said -> isSame(Path.of(said), socket))) {
                return RelayFiles.of(places, run, commands).withSocket(socket);
            }
            if (named != null || (run == null && places.sockets().contains(socket))) {
                return RelayFiles.of(places, commands).withSocket(socket);
            }
        }
        return RelayFiles.at(socket, commands);
    }

    private static boolean isSame(Path said, Path socket) {
        try {
            return said.equals(socket) || Files.isSameFile(said, socket);
        } catch (IOException _) {
            return false;
        }
    }

    private static List<Places> usualPlaces(Surroundings surroundings) {
        return List.of(UserPaths.perUser(surroundings), UserPaths.system(), Places.in(Places.WELL_KNOWN));
    }

    private static RelayFiles usual(Surroundings surroundings, CommandText commands) {
        Places user = UserPaths.perUser(surroundings);
        for (Places places : usualPlaces(surroundings)) {
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
        JsonObject run = runFile(places);
        return run == null ? RelayFiles.of(places, commands) : RelayFiles.of(places, run, commands);
    }

    private static @Nullable JsonObject runFile(Places places) {
        try {
            return JsonObject.parse(Files.readAllBytes(places.dataDir().resolve(RUN_FILE)));
        } catch (IOException | IllegalArgumentException _) {
            return null;
        }
    }
}

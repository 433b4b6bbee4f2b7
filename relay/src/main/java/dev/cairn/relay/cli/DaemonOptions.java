package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.Receipts.Privacy;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.Logs;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What `up` and `serve` take: where to be, in place of what the configuration says.
final class DaemonOptions {

    private static final String OFF = "off";

    private @Nullable Path dataDir;

    private @Nullable List<Path> sockets;

    private @Nullable String http;

    private boolean json;

    private String logLevel = "info";

    Shape addTo(Shape shape) {
        return shape.path(
                        value -> dataDir = value, "DIR", "Keep everything in this directory, the socket too.", "--data")
                .paths(value -> sockets = value, "PATH", "Listen here instead. Repeatable.", "--socket")
                .text(
                        value -> http = value,
                        "HOST:PORT|off",
                        "Serve HTTP and WebSockets here; port 0 is any free one (default: 127.0.0.1:8787). With 'off' there is "
                                + "no HTTP server: no live stream, no health, no metrics.",
                        "--http")
                .flag(
                        value -> json = value,
                        "Print one line of JSON when ready, which names every address and file.",
                        "--json")
                .oneOf(
                        value -> logLevel = value,
                        Logs.LEVELS,
                        "LEVEL",
                        "debug, info, warn or error (default: info).",
                        "--log-level");
    }

    boolean json() {
        return json;
    }

    String logLevel() {
        return logLevel;
    }

    boolean choosesData() {
        return dataDir != null;
    }

    /// Tells whether disclosure lacks its key, by a configuration file and by the environment, unless a
    /// directory was named, which shuts that out.
    Predicate<Privacy> lacksKey(Surroundings surroundings) {
        return choosesData() ? Privacy::lacksKey : new EmitterEnvironment(surroundings)::lacksKey;
    }

    /// How to type another command about this relay.
    CommandText commands(Surroundings surroundings) {
        return CommandText.of(
                surroundings, dataDir, null); // Where the socket is, the relay leaves word in its directory.
    }

    boolean choosesPlaces() {
        return dataDir != null || sockets != null || http != null;
    }

    boolean choosesHttp() {
        return http != null;
    }

    /// Where things are unless a configuration says otherwise.
    Places places(Places usual) {
        return dataDir == null ? usual : Places.in(dataDir.toAbsolutePath().normalize());
    }

    /// The configuration with what was given on the command line, which wins.
    RelayConfig apply(RelayConfig config) {
        RelayConfig applied = config;
        if (dataDir != null) {
            applied = applied.withDataDir(dataDir.toAbsolutePath().normalize());
        }
        if (sockets != null) {
            applied = applied.withSockets(
                    sockets.stream().map(DaemonOptions::socketPath).toList());
        }
        if (OFF.equals(http)) {
            applied = applied.withoutHttp();
        } else if (http != null) {
            HostPort address = HostPort.parse("--http", http);
            applied = applied.withHttp(address.host(), address.port());
        }
        for (Path socket : applied.ingress().sockets()) {
            if (!RelayConfig.Ingress.isSocketPath(socket.toString())) {
                throw CommandFailedException.usage(
                        "a socket's path has at most " + RelayConfig.Ingress.SOCKET_PATH_MAX
                                + " bytes, this one is longer: " + socket,
                        "Name a shorter one with --socket");
            }
        }
        return applied;
    }

    private static Path socketPath(Path path) {
        return path.toAbsolutePath().normalize();
    }
}

package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What `up` and `serve` take: where to be, in place of what the configuration says.
final class DaemonOptions {

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+):([0-9]{1,5})");

    @Option(names = "--data", paramLabel = "DIR", description = "Keep everything in this directory, the socket too.")
    private @Nullable Path dataDir;

    @Option(names = "--socket", paramLabel = "PATH", description = "Listen here instead. Repeatable.")
    private @Nullable List<Path> sockets;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            description = "Serve HTTP and WebSockets here; port 0 is any free one (default: 127.0.0.1:8787).")
    private @Nullable String http;

    @Option(names = "--json", description = "Print one line of JSON when ready, which names every address and file.")
    private boolean json;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "debug, info, warn or error (default: ${DEFAULT-VALUE}).")
    private String logLevel = "info";

    boolean json() {
        return json;
    }

    String logLevel() {
        return logLevel;
    }

    boolean choosesData() {
        return dataDir != null;
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
        if (http != null) {
            Matcher address = ADDRESS.matcher(http);
            if (!address.matches() || Integer.parseInt(address.group(2)) > 65_535) {
                throw CommandFailedException.usage(
                        "--http: expected HOST:PORT, for instance 127.0.0.1:8787, got " + http);
            }
            String host = address.group(1).replaceAll("[\\[\\]]", "");
            applied = applied.withHttp(host, Integer.parseInt(address.group(2)));
        }
        for (Path socket : applied.ingress().sockets()) {
            if (!RelayConfig.Ingress.isSocketPath(socket.toString())) {
                throw CommandFailedException.usage("a socket's path has at most " + RelayConfig.Ingress.SOCKET_PATH_MAX
                        + " bytes, this one is longer: " + socket + "\nName a shorter one with --socket");
            }
        }
        return applied;
    }

    private static Path socketPath(Path path) {
        return path.toAbsolutePath().normalize();
    }
}

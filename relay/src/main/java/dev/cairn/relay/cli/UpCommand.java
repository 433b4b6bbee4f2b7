package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class UpCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private final DaemonOptions options = new DaemonOptions();

    private @Nullable Path config;

    static CommandLine line(Surroundings surroundings) {
        UpCommand up = new UpCommand(surroundings);
        Shape shape = Shape.of("up", up)
                .header("Start a relay for yourself; Ctrl-C stops it.")
                .description(
                        "Needs no configuration: the data is below ~/.local/share/cairn, the socket below "
                                + "XDG_RUNTIME_DIR or beside the data. With --data everything is in one directory, "
                                + "for trials.",
                        "A second Ctrl-C stops it at once.")
                .footer(
                        "Examples:",
                        "  cairn up",
                        "  cairn up --data /tmp/trial --http 127.0.0.1:0",
                        "  cairn up --config my.json --json")
                .path(value -> up.config = value, "FILE", "Read a configuration file.", "--config");
        return up.options.addTo(shape).line();
    }

    UpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Places places = options.places(UserPaths.perUser(surroundings));
        if (config == null) {
            RelayConfig defaults = options.apply(RelayConfig.defaults(places));
            return new Daemon(surroundings, options, null).run(freePort(defaults), List.of());
        }
        RelayConfig.Reading reading = ConfigCommand.read(config, places);
        return new Daemon(surroundings, options, config).run(options.apply(reading.config()), reading.warnings());
    }

    /// The usual port, or any free one when somebody else of this host has it: nobody asked for that very port.
    private RelayConfig freePort(RelayConfig defaults) {
        if (options.choosesHttp() || !defaults.http().enabled()) {
            return defaults;
        }
        RelayConfig.Http http = defaults.http();
        try (ServerSocket probe = new ServerSocket(http.port(), 1, InetAddress.getByName(http.host()))) {
            return defaults.withHttp(http.host(), probe.getLocalPort());
        } catch (IOException _) {
            return defaults.withHttp(http.host(), 0);
        }
    }
}

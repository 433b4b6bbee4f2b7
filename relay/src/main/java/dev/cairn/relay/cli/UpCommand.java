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

    private boolean demo;

    private boolean keep;

    static CommandLine line(Surroundings surroundings) {
        UpCommand up = new UpCommand(surroundings);
        Shape shape = Shape.of("up", up)
                .header("Start a relay for yourself; Ctrl-C stops it.")
                .description(
                        "Needs no configuration: the data is below ~/.local/share/cairn, the socket below "
                                + "XDG_RUNTIME_DIR or beside the data. With --data everything is in one directory, "
                                + "for trials.",
                        "A second Ctrl-C stops it at once.",
                        "With --demo it tells a story instead: three witnesses, a relay and an agent on this machine, "
                                + "seals and their quorum, and how forgeries are found. Exit code: 0 when everything held.")
                .footer(
                        "Examples:",
                        "  cairn up",
                        "  cairn up --data /tmp/trial --http 127.0.0.1:0",
                        "  cairn up --config my.json --json",
                        "  cairn up --demo")
                .path(value -> up.config = value, "FILE", "Read a configuration file.", "--config")
                .flag(
                        value -> up.demo = value,
                        "Show what Cairn does, in a few seconds, in a temporary directory that is removed at the end.",
                        "--demo")
                .flag(value -> up.keep = value, "Keep the demo's directory.", "--keep");
        return up.options.addTo(shape).line();
    }

    UpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (keep && !demo) {
            throw CommandFailedException.usage("--keep is for --demo; a relay keeps its data anyway");
        }
        return demo ? tellDemo() : runRelay();
    }

    private Integer tellDemo() throws IOException, InterruptedException {
        if (config != null || options.choosesPlaces()) {
            throw CommandFailedException.usage(
                    "--demo chooses its own places",
                    "Leave out --data, --socket, --http and --config: it uses a temporary directory and free ports.");
        }
        return new Demo(surroundings, new Demo.Told(keep, options.json())).run();
    }

    private Integer runRelay() {
        Places places = options.places(UserPaths.perUser(surroundings));
        if (config == null) {
            return runByDefaults(options.apply(RelayConfig.defaults(places)));
        }
        RelayConfig.Reading reading = ConfigCommand.read(config, places, options.lacksKey(surroundings));
        return new Daemon(surroundings, options, ReadyReport.Audience.USER, config)
                .run(options.apply(reading.config()), reading.warnings());
    }

    /// On the usual port, or any free one when somebody else of this host has it: nobody asked for that very
    /// port.
    private Integer runByDefaults(RelayConfig defaults) {
        Daemon daemon = new Daemon(surroundings, options, ReadyReport.Audience.USER, null);
        RelayConfig.Http http = defaults.http();
        if (options.choosesHttp() || !http.enabled() || isFree(http)) {
            return daemon.run(defaults, List.of());
        }
        return daemon.run(
                defaults.withHttp(http.host(), 0),
                List.of(http.host() + ":" + http.port() + " is in use: HTTP will be on a free port instead"));
    }

    private static boolean isFree(RelayConfig.Http http) {
        try (ServerSocket _ = new ServerSocket(http.port(), 1, InetAddress.getByName(http.host()))) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}

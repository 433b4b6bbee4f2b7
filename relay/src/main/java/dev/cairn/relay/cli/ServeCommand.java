package dev.cairn.relay.cli;

import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class ServeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private final DaemonOptions options = new DaemonOptions();

    private @Nullable Path config;

    static CommandLine line(Surroundings surroundings) {
        ServeCommand serve = new ServeCommand(surroundings);
        Shape shape = Shape.of("serve", serve)
                .header("Run the relay as a service of this host, on system paths.")
                .description("Reads one configuration file: the one given, else /etc/cairn/relay-config.json, else "
                        + "/Library/Patchwork/relay-config.json; never two. With --data it reads only the one given.")
                .footer("Example:", "  cairn serve --config /etc/cairn/relay-config.json")
                .path(value -> serve.config = value, "FILE", "The configuration file.", "--config");
        return serve.options.addTo(shape).line();
    }

    ServeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path file = config == null ? usualFile().orElse(null) : config;
        var places = options.places(UserPaths.system());
        if (file == null) {
            RelayConfig defaults = options.apply(RelayConfig.defaults(places));
            return new Daemon(surroundings, options, ReadyReport.Audience.OPERATOR, null)
                    .run(service(defaults), List.of());
        }
        RelayConfig.Reading reading = ConfigCommand.read(file, places, options.lacksKey(surroundings));
        return new Daemon(surroundings, options, ReadyReport.Audience.OPERATOR, file)
                .run(service(options.apply(reading.config())), reading.warnings());
    }

    private static RelayConfig service(RelayConfig config) {
        return config.withReceipts(config.receipts().ofService());
    }

    private Optional<Path> usualFile() {
        return options.choosesData()
                ? Optional.empty()
                : Stream.of(UserPaths.SYSTEM_CONFIG, UserPaths.WELL_KNOWN_CONFIG)
                        .filter(Files::exists)
                        .findFirst();
    }
}

package dev.cairn.relay.cli;

import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        header = "Run the relay as a service of this host, on system paths.",
        description = "Reads one configuration file: the one given, else /etc/cairn/relay-config.json, else "
                + "/Library/Patchwork/relay-config.json; never two. With --data it reads only the one given.",
        footerHeading = "%nExample:%n",
        footer = "  cairn serve --config /etc/cairn/relay-config.json",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final DaemonOptions options = new DaemonOptions();

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration file.")
    private @Nullable Path config;

    ServeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path file = config == null ? usualFile().orElse(null) : config;
        var places = options.places(UserPaths.system());
        if (file == null) {
            RelayConfig defaults = options.apply(RelayConfig.defaults(places));
            return new Daemon(surroundings, options, null).run(defaults, List.of());
        }
        RelayConfig.Reading reading = ConfigCommand.read(file, places);
        return new Daemon(surroundings, options, file).run(options.apply(reading.config()), reading.warnings());
    }

    private Optional<Path> usualFile() {
        return options.choosesData()
                ? Optional.empty()
                : Stream.of(UserPaths.SYSTEM_CONFIG, UserPaths.WELL_KNOWN_CONFIG)
                        .filter(Files::exists)
                        .findFirst();
    }
}

package dev.cairn.relay.cli;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The relay as a process: starts it, says that it is ready, waits for the wish to stop.
final class Daemon {

    private static final String OTHER_ADDRESS =
            "Take any free port with --http 127.0.0.1:0, name another one (http.host and http.port in a "
                    + "configuration), or do without: --http off";

    private final Surroundings surroundings;
    private final DaemonOptions options;
    private final ReadyReport.Audience audience;
    private final @Nullable Path configFile;

    Daemon(Surroundings surroundings, DaemonOptions options, ReadyReport.Audience audience, @Nullable Path configFile) {
        this.surroundings = surroundings;
        this.options = options;
        this.audience = audience;
        this.configFile = configFile;
    }

    /// Runs a relay until SIGTERM or Ctrl-C and returns the exit code.
    Integer run(RelayConfig given, List<String> warnings) {
        EmitterEnvironment environment = new EmitterEnvironment(surroundings);
        RelayConfig config = options.choosesData() ? given : environment.apply(given);
        ServerLife life = ServerLife.of("the relay", surroundings, options.logLevel());
        List<String> unheard = options.choosesData() ? List.of() : environment.warnings(given);
        Stream.concat(warnings.stream(), unheard.stream())
                .forEach(warning ->
                        life.log().atWarn().addKeyValue("problem", warning).log("configuration"));
        DataDirectory directory =
                DataDirectory.prepare(config.dataDir(), config.audit().wellKnownPaths());
        StartLog log = new StartLog(life.log(), config, configFile);
        log.configuration();
        Optional<Relay> started = life.start(OTHER_ADDRESS, (giveUp, onFatal) -> Relay.start(config, giveUp, onFatal));
        return started.isPresent() ? serve(started.get(), config, life, log, directory) : ExitCode.GOOD;
    }

    private Integer serve(Relay relay, RelayConfig config, ServerLife life, StartLog log, DataDirectory directory) {
        Map<String, String> down = relay.down();
        ReadyReport report = new ReadyReport(surroundings, config, relay.doors(), down, relay.rootChain(), configFile);
        directory.announce(report.toJson());
        report.print(options.json() ? ReadyReport.Audience.PROGRAM : audience);
        log.started(relay.doors(), down);
        life.awaitWish();
        life.log().atInfo().log("stopping");
        directory.withdraw();
        return life.stop(relay::stop, config.receipts().limits().drain());
    }
}

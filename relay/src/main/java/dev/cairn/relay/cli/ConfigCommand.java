package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.config.InvalidConfigException;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.Receipts.Privacy;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class ConfigCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Nullable Path file;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        ConfigCommand check = new ConfigCommand(surroundings);
        CommandLine checkLine = Shape.of("check", check)
                .header("Report every mistake in a configuration file, by its full key.")
                .description("Exit code: 0 it is right, 1 it is wrong, 2 it cannot be read.")
                .footer("Example:", "  cairn config check /etc/cairn/relay-config.json")
                .parameter(value -> check.file = value, "FILE", "The file to check.")
                .flag(value -> check.json = value, "Print one line of JSON.", "--json")
                .line();
        return Shape.of("config", ConfigCommand::missing)
                .header("Check a configuration file.")
                .line()
                .addSubcommand(checkLine);
    }

    private ConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private static Integer missing() {
        throw CommandFailedException.usage("what to do is missing: cairn config check FILE");
    }

    /// Reads a configuration file as the relay does.
    ///
    /// @param lacksKey whether what the file and the environment say of disclosure together names no key
    /// @throws CommandFailedException if it cannot be read or is wrong
    static RelayConfig.Reading read(Path file, Places places, Predicate<Privacy> lacksKey) {
        try {
            return RelayConfig.read(NamedFile.read(file), places, lacksKey);
        } catch (InvalidConfigException e) {
            throw CommandFailedException.failed(file + " is wrong:\n  " + String.join("\n  ", e.problems()));
        }
    }

    @Override
    public Integer call() {
        Path checked = Objects.requireNonNull(file); // The parameter is required.
        byte[] content = NamedFile.read(checked);
        List<String> problems = List.of();
        List<String> warnings = List.of();
        try {
            warnings = RelayConfig.read(content, UserPaths.system(), new EmitterEnvironment(surroundings)::lacksKey)
                    .warnings();
        } catch (InvalidConfigException e) {
            problems = e.problems();
            warnings = e.warnings();
        }
        boolean good = problems.isEmpty();
        if (json) {
            surroundings
                    .out()
                    .println(JsonText.object()
                            .put("ok", good)
                            .put("valid", good)
                            .put("problems", problems)
                            .put("warnings", warnings));
        } else {
            Style style = surroundings.style();
            problems.forEach(problem -> surroundings.out().println(style.bad("wrong   ") + " " + problem));
            warnings.forEach(warning -> surroundings.out().println(style.warning("warning ") + " " + warning));
            surroundings
                    .out()
                    .println(Human.visible(checked)
                            + (good ? ": " + style.good("valid") : ": " + style.bad("not valid")));
        }
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }
}

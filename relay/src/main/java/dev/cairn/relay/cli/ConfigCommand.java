package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.config.InvalidConfigException;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        header = "Check a configuration file.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {

    private final Surroundings surroundings;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandLine.Model.CommandSpec spec;

    ConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing: config check FILE");
    }

    /// Reads a configuration file as the relay does.
    ///
    /// @throws CommandFailedException if it cannot be read or is wrong
    static RelayConfig.Reading read(Path file, Places places) {
        try {
            return RelayConfig.read(contentOf(file), places);
        } catch (InvalidConfigException e) {
            throw CommandFailedException.failed(file + " is wrong:\n  " + String.join("\n  ", e.problems()));
        }
    }

    private static byte[] contentOf(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            String why = Files.exists(file) ? String.valueOf(e.getMessage()) : "there is no such file";
            throw CommandFailedException.usage("cannot read " + file + ": " + why);
        }
    }

    @Command(
            name = "check",
            header = "Report every mistake in a configuration file, by its full key.",
            description = "Exit code: 0 it is right, 1 it is wrong, 2 it cannot be read.",
            footerHeading = "%nExample:%n",
            footer = "  cairn config check /etc/cairn/relay-config.json",
            mixinStandardHelpOptions = true)
    Integer check(
            @Parameters(paramLabel = "FILE", description = "The file to check.") Path file,
            @Option(names = "--json", description = "Print one line of JSON.") boolean json) {
        byte[] content = contentOf(file);
        List<String> problems = List.of();
        List<String> warnings = List.of();
        try {
            warnings = RelayConfig.read(content, UserPaths.system()).warnings();
        } catch (InvalidConfigException e) {
            problems = e.problems();
        }
        boolean good = problems.isEmpty();
        if (json) {
            surroundings
                    .out()
                    .println(JsonText.object()
                            .put("valid", good)
                            .put("problems", problems)
                            .put("warnings", warnings));
        } else {
            Style style = surroundings.style();
            problems.forEach(problem -> surroundings.out().println(style.bad("wrong   ") + " " + problem));
            warnings.forEach(warning -> surroundings.out().println(style.warning("warning ") + " " + warning));
            surroundings.out().println(file + (good ? ": " + style.good("valid") : ": " + style.bad("not valid")));
        }
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }
}

package dev.cairn.relay.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The command line: finds the command that is asked for, runs it, and turns its end into an exit code.
public final class Cli {

    private static final List<String> NAMES = List.of(
            "up",
            "serve",
            "status",
            "tail",
            "emit",
            "hook",
            "verify",
            "receipts",
            "doctor",
            "seal",
            "keys",
            "config",
            "witness",
            "completion",
            "loadtest");
    private static final String TRAINING = "train-cli";

    private Cli() {}

    /// Runs one command and returns its exit code.
    public static int run(String[] args, Surroundings surroundings) {
        CommandLine cairn = root();
        // Only what is asked for is loaded.
        boolean isNamed = args.length > 0 && (NAMES.contains(args[0]) || args[0].equals(TRAINING));
        for (String name : isNamed ? List.of(args[0]) : NAMES) {
            cairn.addSubcommand(name, command(name, surroundings));
        }
        boolean coloured = surroundings.style() == Style.COLOURED;
        cairn.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        cairn.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        cairn.setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
        Failures failures = new Failures(surroundings);
        cairn.setExecutionExceptionHandler(failures);
        cairn.setParameterExceptionHandler(failures);
        int exitCode = cairn.execute(args);
        if (exitCode == ExitCode.USAGE && args[0].equals("hook")) {
            exitCode = ExitCode.FAILED; // From a hook, 2 says that the tool must not run.
        }
        surroundings.out().flush();
        return surroundings.out().checkError() && exitCode == ExitCode.GOOD ? ExitCode.FAILED : exitCode;
    }

    private static CommandLine command(String name, Surroundings surroundings) {
        return switch (name) {
            case "up" -> UpCommand.line(surroundings);
            case "serve" -> ServeCommand.line(surroundings);
            case "status" -> StatusCommand.line(surroundings);
            case "tail" -> TailCommand.line(surroundings);
            case "emit" -> EmitCommand.line(surroundings);
            case "hook" -> HookCommand.line(surroundings);
            case "verify" -> VerifyCommand.line(surroundings);
            case "receipts" -> ReceiptsCommand.line(surroundings);
            case "doctor" -> DoctorCommand.line(surroundings);
            case "config" -> ConfigCommand.line(surroundings);
            case "seal" -> SealCommand.line(surroundings);
            case "keys" -> KeysCommand.line(surroundings);
            case "witness" -> WitnessCommand.line(surroundings);
            case "completion" -> CompletionCommand.line(surroundings);
            case "loadtest" -> LoadtestCommand.line();
            case TRAINING -> TrainCommand.line(surroundings);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /// A command line with all commands, for what describes them.
    static CommandLine complete(Surroundings surroundings) {
        CommandLine cairn = root();
        NAMES.forEach(name -> cairn.addSubcommand(name, command(name, surroundings)));
        return cairn;
    }

    private static CommandLine root() {
        CommandLine[] self = new CommandLine[1];
        boolean[] protocol = {false};
        self[0] = Shape.of("cairn", () -> protocol[0] ? tellProtocol(self[0]) : teach(self[0]))
                .header("Keeps an independent, tamper-evident copy of what AI agents do, and passes it on live.")
                .version("cairn " + version())
                .flag(
                        value -> protocol[0] = value,
                        "Show which versions of the receipts dialect's frames the relay accepts, as JSON.",
                        "--protocol-version")
                .footer(
                        "Try it:",
                        "  cairn up                                       start a relay for yourself; Ctrl-C stops it",
                        "  cairn emit --action file_write --target a.txt  send it an event, from another terminal",
                        "  cairn tail --follow                            see events as they come",
                        "  cairn verify                                   check every hash and link, relay running or not",
                        "",
                        "cairn COMMAND --help tells more. Exit codes: 0 good, 1 a chain or check that fails, 2 usage, 3",
                        "relay unreachable. With --json a command that fails prints {\"ok\":false,\"error\":…} in place of its result.")
                .line();
        return self[0];
    }

    private static Integer teach(CommandLine cairn) {
        cairn.usage(cairn.getOut());
        return ExitCode.GOOD;
    }

    private static Integer tellProtocol(CommandLine cairn) {
        cairn.getOut().println("{\"frame_version\":{\"min\":1,\"max\":1}}");
        return ExitCode.GOOD;
    }

    /// The version that the build wrote into the jar.
    static String version() {
        String version = Cli.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells how a command failed: people on standard error and, with `--json`, programs by one object on standard output.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final String JSON = "--json";

    private final Surroundings surroundings;

    Failures(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        boolean asJson = command.getParseResult().hasMatchedOption(JSON);
        if (failure instanceof CommandFailedException expected) {
            return tell(expected, asJson);
        }
        if (asJson) {
            print(JsonText.object()
                    .put("ok", false)
                    .put("error", "a defect of Cairn itself: " + failure)
                    .put("exit_code", ExitCode.BUG));
        }
        surroundings.out().flush();
        surroundings.err().println("cairn: a defect of Cairn itself; please report it with this:");
        failure.printStackTrace(surroundings.err());
        return ExitCode.BUG;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        String words = (command + " --help").substring("cairn ".length());
        String help = "See: " + CommandText.of(surroundings, null, null).of(words);
        List<String> meant = List.of();
        String error = String.valueOf(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            boolean isGroup = !failure.getCommandLine().getSubcommands().isEmpty();
            String kind = word.startsWith("-") ? "option" : isGroup ? "command" : "argument";
            error = "there is no " + kind + " " + Human.visible(word, 80)
                    + (command.equals("cairn") && isGroup ? "" : " of " + command);
            meant = unmatched.getSuggestions().stream().limit(1).toList(); // The others resemble it hardly.
        }
        String remedy = meant.isEmpty() ? help : "Perhaps you meant: " + String.join(", ", meant) + "\n" + help;
        return tell(CommandFailedException.usage(error, remedy), List.of(args).contains(JSON));
    }

    /// The words of a command line may come from anywhere: nothing of theirs may steer the terminal.
    private int tell(CommandFailedException failure, boolean asJson) {
        if (asJson) {
            print(failure.toJson());
        }
        surroundings.out().flush();
        surroundings.err().println("cairn: " + Human.visibleLines(failure.text()));
        return failure.exitCode();
    }

    private void print(JsonText answer) {
        surroundings.out().println(answer);
    }
}

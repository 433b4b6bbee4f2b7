package dev.cairn.loadtest;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/// Where the load generator starts: `cairn loadtest`.
public final class Main {

    private static final String COMMAND = "loadtest";

    private Main() {}

    /// Runs a load and ends the process with its exit code.
    ///
    /// @param args the options; the launcher puts the name of the command in front of them
    public static void main(String[] args) {
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        LoadCommand command = new LoadCommand(out, err, new Progress(err, terminal), System.getenv("CAIRN_HOME"));
        System.exit(commandLine(command, terminal).execute(optionsIn(args)));
    }

    static CommandLine commandLine(LoadCommand command, boolean coloured) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .registerConverter(Integer.class, number(Integer::valueOf, "a whole number"))
                .registerConverter(int.class, number(Integer::valueOf, "a whole number"))
                .registerConverter(Double.class, number(Double::valueOf, "a number"))
                .setParameterExceptionHandler(Main::refuse)
                .setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF));
    }

    /// Says what was expected, and not what Java calls it.
    private static <N> ITypeConverter<N> number(Function<String, N> parse, String expected) {
        return given -> {
            try {
                return parse.apply(given);
            } catch (NumberFormatException _) {
                throw new TypeConversionException("expected " + expected + ", got " + given);
            }
        };
    }

    /// One sentence instead of the whole help.
    private static int refuse(ParameterException refused, String[] args) {
        PrintWriter err = refused.getCommandLine().getErr();
        err.println("cairn loadtest: " + refused.getMessage());
        err.println("Try 'cairn loadtest --help'.");
        return LoadCommand.USAGE;
    }

    private static String[] optionsIn(String[] args) {
        return args.length > 0 && args[0].equals(COMMAND) ? Arrays.copyOfRange(args, 1, args.length) : args;
    }
}

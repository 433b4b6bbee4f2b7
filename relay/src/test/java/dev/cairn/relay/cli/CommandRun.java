package dev.cairn.relay.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// One command, run in this process, and what came of it.
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(String... args) {
        return withInput("", args);
    }

    static CommandRun withInput(String input, String... args) {
        return run(input, Map.of("HOME", "/nonexistent"), args);
    }

    /// A user whose home is `home` and who has set nothing else.
    static CommandRun atHome(Path home, String... args) {
        return run("", Map.of("HOME", home.toString()), args);
    }

    static CommandRun within(Map<String, String> environment, String input, String... args) {
        return run(input, environment, args);
    }

    static CommandRun reading(InputStream in, String... args) {
        return run(in, Map.of("HOME", "/nonexistent"), false, args);
    }

    /// As if a person watched it on a terminal.
    static CommandRun onTerminal(Map<String, String> environment, String... args) {
        return run(InputStream.nullInputStream(), environment, true, args);
    }

    private static CommandRun run(String input, Map<String, String> environment, String... args) {
        return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), environment, false, args);
    }

    private static CommandRun run(InputStream in, Map<String, String> environment, boolean isTerminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                in,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                isTerminal,
                isTerminal,
                isTerminal,
                environment::get);
        int exitCode = Cli.run(args, surroundings);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}

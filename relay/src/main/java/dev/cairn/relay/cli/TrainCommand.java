package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Runs every command once in this process, so that a start-up archive recorded meanwhile holds what they load.
final class TrainCommand implements Callable<Integer> {

    private static final String EVENT = """
            {"id":"t","session_id":"t","timestamp":"2026-01-01T00:00:00Z","agent":"custom","action":"file_read",\
            "risk":{"level":"none"}}
            """;

    /// What no command asks.
    private static final List<String> REQUESTS = List.of("""
            {"type":"ping"}""", """
            {"type":"sign","payload":{"data":"{\\"type\\":\\"commit-attestation\\",\\"schema_version\\":1}"}}""", """
            {"type":"verify","payload":{"data":"{}","signature":"hmac-sha256:00","key_id":"0000000000000000"}}""");

    private final Surroundings surroundings;

    private @Nullable Path dataDir;

    static CommandLine line(Surroundings surroundings) {
        TrainCommand train = new TrainCommand(surroundings);
        return Shape.of("train-cli", train)
                .hidden()
                .path(value -> train.dataDir = value, "DIR", "Data directory of a running relay.", "--data")
                .line();
    }

    TrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        String data = String.valueOf(dataDir);
        List<List<String>> commands = List.of(
                List.of("status", "--data", data),
                List.of("status", "--data", data, "--json"),
                List.of("status"),
                List.of("emit", "--data", data, "--action", "file_write", "--target", "a.txt"),
                List.of("emit", "--data", data, "--json"),
                List.of("hook", "--data", data),
                List.of("tail", "--data", data),
                List.of("seal", "--data", data),
                List.of("verify", "--data", data),
                List.of("keys", "list", "--data", data),
                List.of("receipts", "verify", "--data", data),
                List.of("receipts", "list", "--data", data),
                List.of("doctor", "--data", data),
                List.of("config", "check", data + "/none.json"),
                List.of("--help"),
                List.of("emit", "--help"),
                List.of("--version"));
        ask(Path.of(data));
        for (List<String> command : commands) {
            int exitCode = Cli.run(
                    command.toArray(String[]::new),
                    silent(data, command.getFirst().equals("hook") ? call(data) : EVENT));
            surroundings.err().println(String.join(" ", command) + " -> " + exitCode);
        }
        return ExitCode.GOOD;
    }

    private void ask(Path data) {
        RelayFiles relay = RelayFiles.of(Places.in(data), CommandText.of(surroundings, data, null));
        try (RelaySocket socket = RelaySocket.connect(relay)) {
            for (String request : REQUESTS) {
                surroundings
                        .err()
                        .println(request + " -> " + socket.ask(request).isTrue("ok"));
            }
        }
    }

    /// A tool call as a hook is told of it, with a file to look for its message in.
    private static String call(String data) {
        return """
                {"session_id":"t","hook_event_name":"PostToolUse","tool_name":"Read","tool_use_id":"t",\
                "tool_input":{"file_path":"/a"},"tool_response":{"ok":true},"transcript_path":"%s/relay.run.json"}
                """.formatted(data);
    }

    /// Whose home holds no relay, so that looking for the usual one is trained too.
    private static Surroundings silent(String home, String input) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new Surroundings(in, nowhere, nowhere, false, false, false, name -> name.equals("HOME") ? home : null);
    }
}

package dev.cairn.relay.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Runs every command once in this process, and asks the relay each kind of request once, so that the start-up archives
/// recorded meanwhile hold what both load.
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

    private static final int PATIENCE_SECONDS = 5;

    private final Surroundings surroundings;

    private final RelayOptions relay = new RelayOptions();

    static CommandLine line(Surroundings surroundings) {
        TrainCommand train = new TrainCommand(surroundings);
        return train.relay.addTo(Shape.of("train-cli", train).hidden()).line();
    }

    TrainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        RelayFiles running = relay.locate(surroundings);
        String data = running.dataDir().toString();
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
        ask(running);
        askByHttp(running);
        for (List<String> command : commands) {
            int exitCode = Cli.run(
                    command.toArray(String[]::new),
                    silent(data, command.getFirst().equals("hook") ? call(data) : EVENT));
            surroundings.err().println(String.join(" ", command) + " -> " + exitCode);
        }
        return ExitCode.GOOD;
    }

    private void ask(RelayFiles running) {
        try (RelaySocket socket = RelaySocket.connect(running)) {
            for (String request : REQUESTS) {
                surroundings
                        .err()
                        .println(request + " -> " + socket.ask(request).isTrue("ok"));
            }
        }
    }

    /// What the relay's HTTP server is asked, but for the live stream, which `tail` reads.
    private void askByHttp(RelayFiles running) {
        HttpClient client = HttpClient.newHttpClient();
        try {
            String http = Objects.requireNonNull(running.http());
            String token = "Bearer "
                    + Files.readString(Objects.requireNonNull(running.tokenFile()))
                            .strip();
            for (String path : List.of("/healthz", "/readyz", "/metrics")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(http + path))
                        .header("Authorization", token)
                        .build();
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                surroundings.err().println(path + " -> " + status);
            }
            FirstWord answer = new FirstWord();
            WebSocket emit = client.newWebSocketBuilder()
                    .header("Authorization", token)
                    .buildAsync(URI.create(http.replaceFirst("^http", "ws") + "/v1/emit"), answer)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var _ = emit.sendText(REQUESTS.getFirst(), true);
            surroundings.err().println("/v1/emit -> " + answer.text.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (IOException | ExecutionException | TimeoutException e) {
            surroundings.err().println(e); // What is not trained works all the same.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            client.shutdownNow();
        }
    }

    private static final class FirstWord implements WebSocket.Listener {

        private final CompletableFuture<String> text = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            return null;
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

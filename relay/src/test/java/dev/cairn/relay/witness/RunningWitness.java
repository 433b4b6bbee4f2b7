package dev.cairn.relay.witness;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.relay.WitnessServer;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.witness.RateLimit.Rate;
import dev.cairn.relay.witness.WitnessConfig.Limits;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// A witness as it is wired in its process, on a free port, and a client of it.
final class RunningWitness implements AutoCloseable {

    static final long ENOUGH_MEMORY = 16 * 1024 * 1024;
    static final Limits UNLIMITED =
            new Limits(new Rate(100_000, 100_000), new Rate(100_000, 100_000), 256, ENOUGH_MEMORY);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path dir;
    private final WitnessServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private boolean stopped;

    private RunningWitness(Path dir, WitnessServer server) {
        this.dir = dir;
        this.server = server;
    }

    /// One without tokens.
    static RunningWitness open(Path dir) throws TimeoutException {
        return start(dir, Tokens.NONE, UNLIMITED);
    }

    static RunningWitness start(Path dir, Tokens tokens, Limits limits) throws TimeoutException {
        WitnessConfig config = new WitnessConfig(
                "127.0.0.1", 0, List.of("/api/v1/anchor", "/w"), tokens, Duration.ofSeconds(30), limits);
        RelayConfig chain = RelayConfig.defaults(Places.in(dir));
        return new RunningWitness(
                dir,
                WitnessServer.start(chain, config, Promise.<Void>promise().future(), _ -> {})
                        .await(10, SECONDS));
    }

    int port() {
        return server.port();
    }

    Ed25519PublicKey publicKey() {
        return server.publicKey();
    }

    Path log() {
        return dir.resolve(WitnessServer.LOG_NAME);
    }

    /// The log's lines that hold `text`.
    List<String> logged(String text) {
        try (var lines = Files.lines(log())) {
            return lines.filter(line -> line.contains(text)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LogVerdict verdict() {
        try {
            return new LogFileVerifier(log(), 1).verify(LogState.START, new LogListener() {}, _ -> {});
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// An answer.
    record Reply(int status, String text, HttpResponse<String> response) {

        JsonObject json() {
            return new JsonObject(text);
        }

        String id() {
            return json().getString("anchor_id");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Reply post(String body, String... headers) {
        return ask(posted("/api/v1/anchor", BodyPublishers.ofString(body), headers));
    }

    Reply postBytes(byte[] body) {
        return ask(posted("/api/v1/anchor", BodyPublishers.ofByteArray(body)));
    }

    Reply postAs(String token, String body) {
        return post(body, "Authorization", "Bearer " + token);
    }

    CompletableFuture<Reply> postLater(String token, String body) {
        HttpRequest request =
                posted("/api/v1/anchor", BodyPublishers.ofString(body), "Authorization", "Bearer " + token);
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(RunningWitness::reply);
    }

    Reply postTo(String path, String body) {
        return ask(posted(path, BodyPublishers.ofString(body)));
    }

    Reply get(String path) {
        return ask(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build());
    }

    Reply request(String method, String path) {
        return ask(HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .method(method, BodyPublishers.noBody())
                .build());
    }

    private HttpRequest posted(String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    private Reply ask(HttpRequest request) {
        try {
            return reply(client.send(request, BodyHandlers.ofString()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(response.statusCode(), response.body(), response);
    }

    /// Stops it in order.
    void stop() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            server.stop().await(10, SECONDS);
            client.close();
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}

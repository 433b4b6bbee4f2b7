package dev.cairn.relay.transit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server with a Transit engine in a process of its own: our stand-in, or a real `bao` or `vault` in its development
/// mode.
public final class TransitServer implements AutoCloseable {

    public static final String TOKEN = "s.test-token";

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    private TransitServer(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    public static TransitServer standIn() {
        return standIn(0, List.of());
    }

    /// Where another one was.
    public static TransitServer standInAt(URI address) {
        return standIn(address.getPort(), List.of());
    }

    /// With a certificate for `localhost`, and a key.
    public static TransitServer standIn(Path pkcs12, String password, String key) {
        return standIn(0, List.of(pkcs12.toString(), password, key));
    }

    private static TransitServer standIn(int port, List<String> tls) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-D" + TransitStandIn.PORT + "=" + port,
                "-cp",
                System.getProperty("java.class.path"),
                TransitStandIn.class.getName(),
                TOKEN));
        command.addAll(tls);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String line = process.inputReader(UTF_8).readLine();
            if (line == null) {
                throw new IllegalStateException("the stand-in ended");
            }
            return new TransitServer(process, URI.create(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The real thing, where `bao` or `vault` is on the PATH; `log` is where it talks.
    public static Optional<TransitServer> real(Path log) {
        return program().map(program -> start(program, log));
    }

    private static Optional<Path> program() {
        for (String name : List.of("bao", "vault")) {
            for (String directory : String.valueOf(System.getenv("PATH")).split(":", -1)) {
                Path program = Path.of(directory, name);
                if (!directory.isEmpty() && Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    private static TransitServer start(Path program, Path log) {
        try {
            String address = "127.0.0.1:" + freePort();
            Process process = new ProcessBuilder(
                            program.toString(),
                            "server",
                            "-dev",
                            "-dev-no-store-token",
                            "-dev-root-token-id=" + TOKEN,
                            "-dev-listen-address=" + address)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            TransitServer server = new TransitServer(process, URI.create("http://" + address));
            server.awaitReady(log);
            server.call("POST", "/v1/sys/mounts/transit", new JsonObject().put("type", "transit"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                call("GET", "/v1/sys/health", new JsonObject());
                return;
            } catch (UncheckedIOException _) {
                Thread.onSpinWait(); // It does not listen yet.
            }
        }
        close();
        throw new IllegalStateException("the server did not start:\n" + Files.readString(log));
    }

    public URI address() {
        return address;
    }

    /// Makes a key of type `ed25519`.
    public void makeKey(String name) {
        call("POST", "/v1/transit/keys/" + name, new JsonObject().put("type", "ed25519"));
    }

    /// Sets what goes wrong in the stand-in; see [TransitStandIn].
    public void disturb(JsonObject fault) {
        call("PUT", "/stand-in", fault);
    }

    /// How many requests the stand-in has seen.
    public int requests() {
        return call("GET", "/stand-in", new JsonObject()).getInteger("requests");
    }

    /// Asks for anything with the token, and expects success.
    public JsonObject call(String method, String path, JsonObject body) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("X-Vault-Token", TOKEN)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
            }
            return response.body().isBlank() ? new JsonObject() : new JsonObject(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}

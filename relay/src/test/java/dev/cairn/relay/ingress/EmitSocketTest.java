package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.DropReason;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The requests of a Unix socket on a WebSocket.
@Timeout(30)
class EmitSocketTest {

    private static final int MESSAGE_MAX = 2 * 1024 * 1024;
    private static final String UPGRADE = """
            GET /v1/emit HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            \r
            """;

    @TempDir
    Path dir;

    private RunningIngress relay;
    private WebSocketClient client;
    private WebSocket socket;
    private EmitHttp http;
    private final List<String> answers = new CopyOnWriteArrayList<>();

    @BeforeEach
    void connect() {
        connectTo(RunningIngress.in(dir));
    }

    private void connectTo(RunningIngress running) {
        relay = running;
        http = new EmitHttp(relay);
        relay.vertx.deployVerticle(http).await();
        client = relay.vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(MESSAGE_MAX).setMaxMessageSize(MESSAGE_MAX));
        socket = client.connect(http.port(), "127.0.0.1", "/v1/emit").await();
        socket.textMessageHandler(answers::add);
    }

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    void answersEachTextFrameWithOneInOrder() {
        for (int i = 0; i < 100; i++) {
            socket.writeTextMessage(
                    i % 3 == 0 ? Requests.PING : Requests.event("evt_" + i).strip());
        }

        RunningIngress.until(() -> answers.size() == 100);

        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i))
                    .contains(i % 3 == 0 ? "\"pid\"" : "\"relay_hash\"")
                    .doesNotContain("\n");
        }
        assertThat(relay.chain.lines).hasSize(66).first().asString().startsWith("{\"_relay\":{\"received_at\":");
    }

    @Test
    void takesOneFrameForOneRequestWhateverItsWhiteSpace() {
        socket.writeTextMessage("{\"type\":\n\"ping\"}");
        socket.writeTextMessage(" \n ");
        socket.writeTextMessage("nonsense");

        RunningIngress.until(() -> answers.size() == 2);

        assertThat(answers.getFirst()).contains("\"ok\":true");
        assertThat(answers.getLast()).contains("Invalid JSON");
    }

    @Test
    void refusesBinaryFrames() {
        socket.writeBinaryMessage(Buffer.buffer(Requests.PING));

        RunningIngress.until(socket::isClosed);

        assertThat(socket.closeStatusCode()).isEqualTo((short) 1003);
    }

    @Test
    void answersAMessageOverTheLimitThenCloses() {
        socket.writeTextMessage("x".repeat(MESSAGE_MAX - 10_000));

        RunningIngress.until(socket::isClosed);

        assertThat(answers).containsExactly("{\"ok\":false,\"error\":\"Message too large\"}");
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1009);
        relay.untilDropped(DropReason.OVERSIZE, 1);
    }

    @Test
    void whateverTheLimitInBytesAMessageOfFewCharactersPasses() throws IOException {
        relay.close();
        connectTo(RunningIngress.in(Files.createDirectory(dir.resolve("short")), RunningIngress.limitsOfShortLines()));

        socket.writeTextMessage(Requests.event("\u8a18".repeat(60_000)).strip()); // 180 kB.
        RunningIngress.until(() -> answers.size() == 1);
        socket.writeTextMessage(Requests.event("x".repeat(66_000)).strip());
        RunningIngress.until(() -> answers.size() == 2);

        assertThat(answers.getFirst()).startsWith("{\"ok\":true,\"relay_hash\":");
        assertThat(answers.getLast()).isEqualTo("{\"ok\":false,\"error\":\"Message too large\"}");
    }

    @Test
    void countsAmongTheConnections() {
        RunningIngress.until(() -> relay.connections() == 1);

        socket.close().await();

        RunningIngress.until(() -> relay.connections() == 0);
        assertThat(relay.connections()).isZero();
    }

    @Test
    void closesItsClientsWhenTheRelayStops() {
        socket.writeTextMessage(Requests.event("a"));
        RunningIngress.until(() -> answers.size() == 1);

        http.stopClients().join();

        RunningIngress.until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1000);
    }

    /// The half frame behind it would be kept as long as the connection is.
    @Test
    void cutsOffWhoSendsOnAfterARefusalAndDoesNotAgreeToTheClose() throws IOException {
        byte[] binary = {(byte) 0x82, (byte) 0x81, 0, 0, 0, 0, 'x'};
        byte[] half = new byte[900_000];
        byte[] head = {(byte) 0x81, (byte) 0xFF, 0, 0, 0, 0, 0, 0x0F, 0x42, 0x40, 0, 0, 0, 0};
        System.arraycopy(head, 0, half, 0, head.length);
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            raw.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 101");
            raw.getOutputStream().write(binary);
            RunningIngress.until(() -> relay.refused(Refusal.BINARY) == 1);
            raw.getOutputStream().write(half);

            RunningIngress.until(() -> relay.connections() == 1);
        }
    }

    /// An HTTP server that lets everybody emit.
    private static final class EmitHttp extends VerticleBase {

        private final RunningIngress relay;
        private final CompletableFuture<EmitSocket> emit = new CompletableFuture<>();
        private final CompletableFuture<Integer> port = new CompletableFuture<>();

        EmitHttp(RunningIngress relay) {
            this.relay = relay;
        }

        @Override
        public Future<?> start() {
            EmitSocket door = relay.ingress.emitSocket(vertx, context);
            emit.complete(door);
            return vertx.createHttpServer(new HttpServerOptions()
                            .setMaxWebSocketFrameSize(MESSAGE_MAX)
                            .setMaxWebSocketMessageSize(MESSAGE_MAX))
                    .webSocketHandler(door::accept)
                    .listen(0, "127.0.0.1")
                    .onSuccess(server -> port.complete(server.actualPort()));
        }

        int port() {
            return port.join();
        }

        CompletableFuture<Void> stopClients() {
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            context.runOnContext(_ -> emit.join().stop().onSuccess(stopped::complete));
            return stopped;
        }
    }
}

package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.Relay;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// A whole relay in this process, and a client on its Unix socket.
final class RunningRelay implements AutoCloseable {

    final Path dir;
    final CompletableFuture<Throwable> fatal = new CompletableFuture<>();

    private final Relay relay;
    private final SocketChannel channel;
    private final BufferedReader answers;
    private boolean stopped;

    private RunningRelay(Path dir, String config) throws IOException, TimeoutException {
        this.dir = dir;
        relay = Relay.start(config(dir, config), fatal::complete).await(20, SECONDS);
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(relay.doors().sockets().getFirst()));
        answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /// @param config the configuration file's content
    static RunningRelay start(Path dir, String config) throws IOException, TimeoutException {
        return new RunningRelay(dir, config);
    }

    static RelayConfig config(Path dir, String json) {
        return RelayConfig.read(json.getBytes(StandardCharsets.UTF_8), Places.in(dir))
                .config()
                .withHttp("127.0.0.1", 0);
    }

    Relay relay() {
        return relay;
    }

    void send(String lines) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    JsonObject answer() throws IOException {
        return new JsonObject(answers.readLine());
    }

    JsonObject ask(String line) throws IOException {
        send(line + "\n");
        return answer();
    }

    JsonObject ask(JsonText request) throws IOException {
        return ask(request.toString());
    }

    /// Has an event stored.
    void emit(String id) throws IOException {
        JsonObject answer = ask("{\"type\":\"event\",\"payload\":{\"id\":\"" + id
                + "\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00Z\",\"agent\":\"custom\","
                + "\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}}}");
        if (!answer.getBoolean("ok")) {
            throw new AssertionError(answer.encode());
        }
    }

    JsonObject sign(String data, String keyId) throws IOException {
        return ask(JsonText.object()
                .put("type", "sign")
                .put("payload", JsonText.object().put("data", data).put("key_id", keyId)));
    }

    JsonObject sign(String data) throws IOException {
        return sign(data, "");
    }

    JsonObject sealStatus() throws IOException {
        return ask("{\"type\":\"seal_status\"}");
    }

    void stop() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            relay.stop().await(20, SECONDS);
        }
    }

    @Override
    public void close() throws IOException, TimeoutException {
        channel.close();
        stop();
    }
}

package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A subscriber of a running relay's live stream.
final class Subscription implements WebSocket.Listener, AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private final JsonObject welcome;

    Subscription(RunningReceipts relay) throws Exception {
        Path token = relay.dir.resolve("http.token");
        socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + Files.readString(token).strip())
                .buildAsync(
                        URI.create("ws"
                                + String.valueOf(relay.relay().doors().http()).substring(4) + "/v1/stream"),
                        this)
                .join();
        send(new JsonObject().put("t", "hello").put("v", 1));
        welcome = next();
    }

    JsonObject welcome() {
        return welcome;
    }

    /// Subscribes and returns the answer.
    JsonObject follow(String chain, long since) throws InterruptedException {
        send(new JsonObject().put("t", "sub").put("chain", chain).put("since", since));
        return next();
    }

    private void send(JsonObject frame) {
        socket.sendText(frame.encode(), true).join();
    }

    JsonObject next() throws InterruptedException {
        JsonObject frame = received.poll(PATIENCE_SECONDS, SECONDS);
        if (frame == null) {
            throw new AssertionError("nothing came");
        }
        return frame;
    }

    /// The next frames that are records; others are passed over.
    List<JsonObject> records(int count) throws InterruptedException {
        List<JsonObject> records = new ArrayList<>();
        while (records.size() < count) {
            JsonObject frame = next();
            if (frame.getString("t").equals("rec")) {
                records.add(frame);
            }
        }
        return records;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            received.add(new JsonObject(partial.toString()));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}

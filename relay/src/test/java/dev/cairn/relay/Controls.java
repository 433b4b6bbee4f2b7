package dev.cairn.relay;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a relay says of itself to a follower of its live stream.
public final class Controls implements AutoCloseable {

    private final List<JsonObject> told = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;

    private Controls(RelayProcess relay) throws Exception {
        URI stream = URI.create(relay.http().toString().replaceFirst("^http", "ws") + "/v1/stream");
        socket = client.newWebSocketBuilder()
                .header("Authorization", "Bearer " + relay.token())
                .buildAsync(stream, new Listener())
                .get(10, TimeUnit.SECONDS);
        socket.sendText("{\"t\":\"hello\",\"v\":1}", true).get(10, TimeUnit.SECONDS);
    }

    public static Controls of(RelayProcess relay) throws Exception {
        return new Controls(relay);
    }

    /// What was told so far of that type.
    public List<JsonObject> ofType(String type) {
        return told.stream()
                .filter(control -> control.getString("type").equals(type))
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
        client.close();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder frame = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                JsonObject message = new JsonObject(frame.toString());
                if ("ctl".equals(message.getString("t"))) {
                    told.add(message);
                }
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}

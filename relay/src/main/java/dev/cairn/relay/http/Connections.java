package dev.cairn.relay.http;

import dev.cairn.relay.config.RemoteHost;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The connections that are no WebSocket: few at once, and none for long.
///
/// Whoever can connect can hold one open without a token. So the newest is always let in, at the cost of the
/// oldest of the host that has most: one host, however fast it connects, cuts off only itself. WebSockets are
/// counted by those who serve them.
public final class Connections {

    static final int MAX = 256;

    private static final Duration LIFETIME_MAX = Duration.ofMinutes(1);

    private final Vertx vertx;
    /// Oldest first.
    private final Map<HttpConnection, Held> plain = new LinkedHashMap<>();

    /// @param timer ends the connection; goes when the connection does, as it holds on to it
    private record Held(String host, long timer) {}

    public Connections(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Counts a connection that was just accepted; on the event loop of its server.
    public void admit(HttpConnection connection) {
        RequestLimit.on(connection);
        long timer = vertx.setTimer(LIFETIME_MAX.toMillis(), _ -> end(connection));
        plain.put(connection, new Held(RemoteHost.of(connection.remoteAddress()), timer));
        connection.closeHandler(_ -> forget(connection));
        if (plain.size() > MAX) {
            end(oldestOfWhoHasMost());
        }
    }

    /// It has become a WebSocket.
    void release(HttpConnection connection) {
        RequestLimit.off(connection);
        forget(connection);
    }

    private HttpConnection oldestOfWhoHasMost() {
        Map<String, Integer> counts = new HashMap<>();
        plain.values().forEach(held -> counts.merge(held.host(), 1, Integer::sum));
        int most = Collections.max(counts.values());
        return plain.entrySet().stream()
                .filter(entry -> counts.getOrDefault(entry.getValue().host(), 0) == most)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private void end(HttpConnection connection) {
        if (forget(connection)) {
            var _ = connection.close();
        }
    }

    private boolean forget(HttpConnection connection) {
        Held held = plain.remove(connection);
        if (held != null) {
            vertx.cancelTimer(held.timer());
        }
        return held != null;
    }
}

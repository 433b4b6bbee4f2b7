package dev.cairn.relay.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The connections that are no WebSocket: few at once, and none for long.
///
/// Whoever can connect can hold one open without a token. So the newest is always let in, at the cost of the
/// oldest, and WebSockets are counted by those who serve them.
public final class Connections {

    static final int MAX = 256;

    private static final Duration LIFETIME_MAX = Duration.ofMinutes(1);

    private final Vertx vertx;
    /// Each with the timer that ends it, oldest first. The timer goes when the connection does: it holds on
    /// to it.
    private final Map<HttpConnection, Long> plain = new LinkedHashMap<>();

    public Connections(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Counts a connection that was just accepted; on the event loop of its server.
    public void admit(HttpConnection connection) {
        plain.put(connection, vertx.setTimer(LIFETIME_MAX.toMillis(), _ -> end(connection)));
        connection.closeHandler(_ -> forget(connection));
        if (plain.size() > MAX) {
            end(plain.keySet().iterator().next());
        }
    }

    /// It has become a WebSocket.
    void release(HttpConnection connection) {
        forget(connection);
    }

    private void end(HttpConnection connection) {
        if (forget(connection)) {
            var _ = connection.close();
        }
    }

    private boolean forget(HttpConnection connection) {
        Long timer = plain.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
        return timer != null;
    }
}

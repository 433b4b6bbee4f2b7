package dev.cairn.relay.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/// The connections that are no WebSocket: few at once, and none for long.
///
/// Whoever can connect can hold one open without a token. So the newest is always let in, at the cost of the oldest,
/// and
/// WebSockets are counted by those who serve them.
final class Connections {

    static final int MAX = 256;

    private static final Duration LIFETIME_MAX = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Set<HttpConnection> plain = new LinkedHashSet<>();

    Connections(Vertx vertx) {
        this.vertx = vertx;
    }

    void admit(HttpConnection connection) {
        plain.add(connection);
        connection.closeHandler(_ -> plain.remove(connection));
        vertx.setTimer(LIFETIME_MAX.toMillis(), _ -> end(connection));
        if (plain.size() > MAX) {
            end(plain.iterator().next());
        }
    }

    /// It has become a WebSocket.
    void release(HttpConnection connection) {
        plain.remove(connection);
    }

    private void end(HttpConnection connection) {
        if (plain.remove(connection)) {
            var _ = connection.close();
        }
    }
}

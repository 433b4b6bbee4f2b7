package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.json.ByteBuilder;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/// A client on a WebSocket: each text message is a request for the [Session], each answer a text frame.
///
/// The kernel knows nothing of its other end, so its peer is [Peer#NOBODY].
final class WebSocketConnection implements Wire {

    private static final short NORMAL_CLOSURE = 1000;
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short MESSAGE_TOO_BIG = 1009;
    private static final short TRY_AGAIN_LATER = 1013;

    private final ServerWebSocket socket;
    private final IngressLoop loop;
    private final Session session;
    private boolean discarding;

    private WebSocketConnection(ServerWebSocket socket, IngressLoop loop) {
        this.socket = socket;
        this.loop = loop;
        this.session = new Session(loop, Peer.NOBODY, this);
    }

    static void accept(ServerWebSocket socket, IngressLoop loop) {
        WebSocketConnection connection = new WebSocketConnection(socket, loop);
        socket.exceptionHandler(_ -> {}); // The close that follows says all.
        if (!loop.admit(connection.session)) {
            socket.close(TRY_AGAIN_LATER);
            return;
        }
        socket.textMessageHandler(connection::received);
        socket.binaryMessageHandler(_ -> connection.refuseBinary());
        socket.closeHandler(_ -> connection.session.closed());
    }

    private void received(String text) {
        if (discarding || text.isBlank()) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > loop.lineBytesMax()) {
            discarding = true;
            session.oversize();
        } else {
            session.request(bytes, 0, bytes.length);
        }
        session.readCompleted();
    }

    private void refuseBinary() {
        loop.refused(Refusal.BINARY, session.peer());
        socket.close(UNSUPPORTED_DATA, "requests are text");
    }

    @Override
    public void write(ByteBuilder answers) {
        byte[] bytes = answers.array();
        Future<Void> last = Future.succeededFuture();
        int from = 0;
        for (int at = 0; at < answers.length(); at++) {
            if (bytes[at] == '\n') {
                last = socket.writeTextMessage(new String(bytes, from, at - from, StandardCharsets.UTF_8));
                from = at + 1;
            }
        }
        last.onComplete(_ -> session.written());
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void endInput() {
        discarding = true;
        session.nothingMore();
    }

    @Override
    public void refuseTheRest() {
        socket.close(MESSAGE_TOO_BIG);
    }

    @Override
    public void close() {
        socket.close(NORMAL_CLOSURE);
    }
}

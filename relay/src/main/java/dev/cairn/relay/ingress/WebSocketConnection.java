package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.frame.LineLimit;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.relay.bus.DropReason;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
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
    private final LineLimit limit;
    private ByteBuilder message = new ByteBuilder(0);
    private int unfinished;
    private boolean discarding;

    private WebSocketConnection(ServerWebSocket socket, IngressLoop loop) {
        this.socket = socket;
        this.loop = loop;
        this.limit = LineLimit.of(loop.lineBytesMax());
        this.session = new Session(loop, Peer.NOBODY, true, this);
    }

    static void accept(ServerWebSocket socket, IngressLoop loop) {
        WebSocketConnection connection = new WebSocketConnection(socket, loop);
        socket.exceptionHandler(connection::failed);
        if (!loop.admit(connection.session)) {
            socket.close(TRY_AGAIN_LATER);
            return;
        }
        socket.frameHandler(connection::received);
        socket.closeHandler(_ -> connection.closed());
    }

    private void received(WebSocketFrame frame) {
        if (discarding) {
            return;
        }
        if (frame.isBinary()) {
            refuseBinary();
        } else if (frame.isText() || frame.isContinuation()) {
            take(frame.binaryData().getBytes(), frame.isFinal());
        }
    }

    /// Of other failures the close that follows says all. It follows at once: an answer that waits for the disk
    /// does not come before it.
    private void failed(Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted && !discarding) {
            if (corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
                refuseOversize();
                session.proceed();
            }
            discarding = true;
            socket.close((short) corrupted.closeStatus().code());
        }
    }

    /// Messages may come in several frames; what has come of one counts among the unfinished lines of the loop.
    private void take(byte[] bytes, boolean isLast) {
        if (message.length() + bytes.length > limit.bytesMax()) {
            refuseOversize();
            return;
        }
        message.put(bytes);
        if (isLast && !limit.fits(message.array(), 0, message.length())) {
            refuseOversize();
        } else if (isLast) {
            request();
        } else {
            hold();
        }
    }

    private void refuseOversize() {
        forgetMessage();
        discarding = true;
        session.oversize();
        session.readCompleted();
    }

    private void request() {
        byte[] request = message.toByteArray();
        forgetMessage();
        try {
            if (!isBlank(request)) {
                session.request(request, 0, request.length);
            }
        } finally {
            session.readCompleted();
        }
    }

    private void hold() {
        int held = message.array().length;
        boolean fits = loop.holdUnfinished(held - unfinished);
        unfinished = held;
        if (!fits) {
            loop.refused(Refusal.UNFINISHED, session.peer());
            loop.dropped(session.peer(), DropReason.SHED, 1);
            forgetMessage();
            discarding = true;
            socket.close(TRY_AGAIN_LATER);
        }
    }

    private void forgetMessage() {
        loop.holdUnfinished(-unfinished);
        unfinished = 0;
        message = new ByteBuilder(0);
    }

    private void closed() {
        if (message.length() > 0) {
            loop.dropped(session.peer(), DropReason.FRAGMENT, 1);
        }
        forgetMessage();
        session.closed();
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet != ' ' && octet != '\t' && octet != '\r' && octet != '\n') {
                return false;
            }
        }
        return true;
    }

    private void refuseBinary() {
        forgetMessage();
        discarding = true;
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

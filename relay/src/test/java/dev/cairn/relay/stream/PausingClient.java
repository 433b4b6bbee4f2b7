package dev.cairn.relay.stream;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/// A subscriber that can stop reading and go on; made with the Vert.x client.
final class PausingClient implements AutoCloseable {

    private static final int FRAME_MAX = 1024 * 1024;

    private final WebSocket socket;
    private final List<String> frames = new ArrayList<>();
    private final CountDownLatch live = new CountDownLatch(1);
    private final CountDownLatch complete = new CountDownLatch(1);
    private long expected = 1;
    private boolean inOrder = true;
    private long awaited = Long.MAX_VALUE;

    PausingClient(TestRelay relay) throws TimeoutException {
        var options = new WebSocketClientOptions()
                .setMaxFrameSize(FRAME_MAX)
                .setMaxMessageSize(FRAME_MAX)
                .setReceiveBufferSize(8192);
        socket = relay.vertx
                .createWebSocketClient(options)
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(relay.port())
                        .setURI("/v1/stream")
                        .addHeader("Authorization", "Bearer " + relay.token.reveal()))
                .await(10, SECONDS);
        socket.textMessageHandler(this::receive);
        socket.writeTextMessage("{\"t\":\"hello\",\"v\":1}")
                .compose(_ -> socket.writeTextMessage("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":0}"))
                .await(10, SECONDS);
    }

    void awaitLive() throws InterruptedException {
        if (!live.await(10, SECONDS)) {
            throw new AssertionError("never live");
        }
    }

    void pause() {
        socket.pause();
    }

    void resume() {
        socket.resume();
    }

    /// Whether records 1 to `last` came, each once and in order.
    boolean recordsUpTo(long last) throws InterruptedException {
        synchronized (this) {
            awaited = last;
            check();
        }
        return complete.await(30, SECONDS) && isInOrder();
    }

    synchronized boolean sawLagging() {
        return frames.stream().anyMatch(frame -> frame.contains("\"type\":\"subscriber_lagging\""));
    }

    private synchronized boolean isInOrder() {
        return inOrder;
    }

    private synchronized void receive(String frame) {
        String prefix = "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":";
        if (!frame.startsWith(prefix)) {
            frames.add(frame);
        } else {
            inOrder &= frame.startsWith(prefix + expected + ",\"record\":{\"n\":" + expected + ",");
            expected++;
        }
        if (frame.startsWith("{\"t\":\"live\"")) {
            live.countDown();
        }
        check();
    }

    private void check() {
        if (expected > awaited) {
            complete.countDown();
        }
    }

    @Override
    public void close() throws TimeoutException {
        socket.close().await(10, SECONDS);
    }
}

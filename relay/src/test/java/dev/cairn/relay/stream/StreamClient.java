package dev.cairn.relay.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.http.BearerToken;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A subscriber as the JDK makes it: another implementation of WebSocket than the relay's.
final class StreamClient implements WebSocket.Listener, AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    static StreamClient connect(int port, BearerToken token) {
        StreamClient client = new StreamClient();
        client.socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token.reveal())
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/stream"), client)
                .join();
        return client;
    }

    WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not connected");
        }
        return socket;
    }

    StreamClient send(String text) {
        socket().sendText(text, true).join();
        return this;
    }

    /// Sends the same again and again, thousands of times if it may.
    void sendUntilClosed(String text) {
        for (int i = 0; i < 10_000 && !closed.isDone(); i++) {
            try {
                send(text);
            } catch (CompletionException refused) {
                return;
            }
        }
    }

    StreamClient sendBinary(byte[] bytes) {
        socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    /// Says hello and takes the welcome.
    StreamClient welcomed() throws InterruptedException {
        send("{\"t\":\"hello\",\"v\":1}");
        assertThat(next()).startsWith("{\"t\":\"welcome\"");
        return this;
    }

    /// Subscribes and takes the answer.
    StreamClient subscribed(long since) throws InterruptedException {
        welcomed().send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":" + since + "}");
        assertThat(next()).startsWith("{\"t\":\"subok\"");
        return this;
    }

    String next() throws InterruptedException {
        String text = received.poll(PATIENCE_SECONDS, SECONDS);
        if (text == null) {
            throw new AssertionError("nothing came");
        }
        return text;
    }

    /// The next `count` frames.
    List<String> take(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(next());
        }
        return texts;
    }

    boolean hasNothing() {
        return received.isEmpty();
    }

    int closeCode() throws InterruptedException {
        try {
            return closed.get(PATIENCE_SECONDS, SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("not closed", e);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket().abort();
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The frames of a relay's live stream, one after another (`docs/stream.md`).
///
/// At most a few hundred frames wait here; then the socket is not read, and the relay sends at our pace.
final class StreamFeed implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(90);
    private static final int WAITING_MAX = 256;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final BlockingQueue<Item> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private boolean welcomed;
    private volatile long heardAt = System.nanoTime();
    private final StringBuilder parts = new StringBuilder();

    private sealed interface Item {}

    private record Frame(String text) implements Item {}

    /// @param why the relay's word on it
    private record End(String why) implements Item {}

    private StreamFeed() {}

    /// Connects, and asks for the audit chain's records after `since`.
    ///
    /// @throws CommandFailedException if there is no relay, or it refuses us
    static StreamFeed subscribe(RelayFiles files, long since) {
        if (!files.areKnown()) {
            throw CommandFailedException.usage(files.unknown("HTTP address and the token"), RelayFiles.NAME_DIRECTORY);
        }
        if (files.http() == null || files.tokenFile() == null) {
            throw files.isWithoutHttp()
                    ? CommandFailedException.failed(
                            "this relay runs without HTTP, so it has no live stream",
                            "Its log is " + files.log() + "; "
                                    + files.commands().of("verify") + " checks it")
                    : CommandFailedException.unreachable(
                            "no relay has left its address in " + files.dataDir(), files.howToStart());
        }
        StreamFeed feed = new StreamFeed();
        try {
            String token = Files.readString(files.tokenFile()).strip();
            WebSocket socket = feed.client
                    .newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .buildAsync(URI.create(files.http().replaceFirst("^http", "ws") + "/v1/stream"), feed)
                    .join();
            socket.sendText(JsonText.object().put("t", "hello").put("v", 1).toString(), true)
                    .join();
            JsonText sub =
                    JsonText.object().put("t", "sub").put("chain", "audit").put("since", since);
            socket.sendText(sub.toString(), true).join();
            return feed;
        } catch (IOException e) {
            feed.close();
            throw CommandFailedException.unreachable(
                    "cannot read the token in " + files.tokenFile() + ": " + NamedFile.reason(e),
                    "Only the user that runs the relay may");
        } catch (CompletionException e) {
            feed.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw CommandFailedException.unreachable(
                    "no live stream at " + files.http() + ": " + reason(cause),
                    "Look for the reason with: " + files.commands().of("doctor"));
        }
    }

    /// The next frame; null when the relay has ended the stream, or is silent: it owes a welcome at once, and
    /// pings several times a minute.
    @Nullable
    String next() throws InterruptedException {
        while (true) {
            Duration patience = welcomed ? SILENCE_MAX : PATIENCE;
            switch (waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                case Frame frame -> {
                    welcomed = true;
                    return frame.text();
                }
                case End _ -> {
                    return null;
                }
                case null -> {
                    if (!welcomed || System.nanoTime() - heardAt > SILENCE_MAX.toNanos()) {
                        return null;
                    }
                }
            }
        }
    }

    /// Whether everything that has come was taken.
    boolean isDrained() {
        return waiting.isEmpty();
    }

    @Override
    public void onOpen(WebSocket socket) {
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        heardAt = System.nanoTime();
        parts.append(data);
        if (last) {
            put(new Frame(parts.toString()));
            parts.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
        heardAt = System.nanoTime();
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        put(new End(code + " " + reason));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        put(new End(String.valueOf(error.getMessage())));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void put(Item item) {
        try {
            waiting.put(item);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // We are being closed; nobody takes it.
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof java.net.http.WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            return status == 401 ? "it does not take the token" : "it answers " + status;
        }
        if (cause instanceof ConnectException) {
            return "nobody listens there";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

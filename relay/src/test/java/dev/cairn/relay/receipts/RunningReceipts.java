package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/// A whole relay in this process, with its receipts in a directory.
final class RunningReceipts implements AutoCloseable {

    final Path dir;
    final StoredReceipts stored;
    final CompletableFuture<Throwable> fatal = new CompletableFuture<>();

    private final Relay relay;
    private boolean stopped;

    private RunningReceipts(Path dir, RelayConfig config) throws TimeoutException {
        this.dir = dir;
        stored = new StoredReceipts(dir);
        relay = Relay.start(config, fatal::complete).await(20, SECONDS);
    }

    static RunningReceipts in(Path dir) throws TimeoutException {
        return in(dir, "{}");
    }

    /// @param receipts the section of the configuration
    static RunningReceipts in(Path dir, String receipts) throws TimeoutException {
        return new RunningReceipts(dir, config(dir, receipts));
    }

    /// The same, sealed.
    ///
    /// @param config the configuration file's content
    static RunningReceipts sealed(Path dir, String config) throws TimeoutException {
        return new RunningReceipts(dir, configOf(config, dir));
    }

    static RelayConfig config(Path dir, String receipts) {
        // Without seals: many tests change the store behind the relay's back.
        return configOf("{\"auto_seal\":{\"enabled\":false},\"receipts\":" + receipts + "}", dir);
    }

    private static RelayConfig configOf(String file, Path dir) {
        return RelayConfig.read(file.getBytes(StandardCharsets.UTF_8), Places.in(dir))
                .config()
                .withHttp("127.0.0.1", 0);
    }

    Relay relay() {
        return relay;
    }

    Path socket() {
        return relay.doors().sockets().getFirst();
    }

    Emitter connect() throws IOException {
        return new Emitter(socket());
    }

    void stop() throws TimeoutException {
        if (!stopped) {
            stopped = true;
            relay.stop().await(20, SECONDS);
        }
    }

    @Override
    public void close() throws TimeoutException {
        stop();
    }
}

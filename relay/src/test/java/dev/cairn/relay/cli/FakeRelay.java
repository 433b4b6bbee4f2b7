package dev.cairn.relay.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// A Unix socket that answers state questions as a test wants it, one connection after the other.
final class FakeRelay implements AutoCloseable {

    private static final String PONG = "{\"ok\":true,\"status\":\"ok\",\"pid\":4711,\"uptime_ms\":3600000}\n";
    private static final String SEALS = "{\"ok\":true,\"last_seal_at\":null,\"last_seal_tip\":null,"
            + "\"last_seal_events\":null,\"seals_total\":0,\"auto_seal_enabled\":false,\"witness_enabled\":false,"
            + "\"witness_quorum_met\":null}\n";

    private final ServerSocketChannel server;
    private final String chain;
    private final CompletableFuture<Void> served;

    /// @param lastBeat epoch milliseconds
    /// @param more further members of the answer about the chain, each behind a comma
    FakeRelay(Path socket, long lastBeat, String more) throws IOException {
        chain = "{\"ok\":true,\"chain_tip\":null,\"event_count\":7,\"last_seal_event_count\":0,\"last_heartbeat\":"
                + lastBeat + ",\"uptime_ms\":3600000,\"auto_seal_interval_minutes\":15" + more + "}\n";
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 16);
        served = CompletableFuture.runAsync(this::serve, Thread.ofPlatform().daemon()::start);
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel connection = server.accept()) {
                    converse(connection);
                }
            }
        } catch (IOException _) {
            // Closed by the test, at its end.
        }
    }

    private void converse(SocketChannel connection) throws IOException {
        BufferedReader requests = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
        OutputStream answers = Channels.newOutputStream(connection);
        for (String request = requests.readLine(); request != null; request = requests.readLine()) {
            String answer = request.contains("\"ping\"") ? PONG : request.contains("\"seal_status\"") ? SEALS : chain;
            answers.write(answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        served.join();
    }
}

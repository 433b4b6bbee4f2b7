package dev.cairn.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// A relay in a few lines: answers each line of each connection with what it is told to.
final class TinyRelay implements AutoCloseable {

    static final String STORED = "{\"ok\":true,\"relay_hash\":\"sha256:" + "ab".repeat(32) + "\"}";

    private final ServerSocketChannel door;
    private final UnaryOperator<String> answer;

    private TinyRelay(ServerSocketChannel door, UnaryOperator<String> answer) {
        this.door = door;
        this.answer = answer;
    }

    static TinyRelay on(Path socket, UnaryOperator<String> answer) throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        TinyRelay relay = new TinyRelay(door.bind(UnixDomainSocketAddress.of(socket)), answer);
        Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = door.accept();
                Thread.ofPlatform().daemon().start(() -> serve(channel));
            }
        } catch (IOException _) {
            return; // Closed.
        }
    }

    private void serve(SocketChannel channel) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                channel.write(ByteBuffer.wrap((answer.apply(line) + '\n').getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            if (channel.isOpen()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}

package dev.cairn.relay.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A client on a Unix socket, as plain as one can be: writes bytes, reads lines.
public final class LineClient implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader answers;

    private LineClient(SocketChannel channel) {
        this.channel = channel;
        this.answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    public static LineClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new LineClient(channel);
    }

    /// A complete request that asks to store an event with this id.
    public static String event(String id) {
        return "{\"protocol_version\":1,\"type\":\"event\",\"payload\":{\"id\":\"" + id
                + "\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"agent\":\"custom\","
                + "\"action\":\"command_execute\",\"risk\":{\"level\":\"low\"},"
                + "\"target\":{\"type\":\"command\",\"command\":\"make test\"}}}\n";
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// The next answer; `null` when the relay closed or died.
    @Nullable
    String answer() {
        try {
            return answers.readLine();
        } catch (IOException | UncheckedIOException _) {
            return null; // A reset is an end, too.
        }
    }

    public String ask(String line) throws IOException {
        send(line);
        String answer = answer();
        if (answer == null) {
            throw new IOException("closed without an answer");
        }
        return answer;
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

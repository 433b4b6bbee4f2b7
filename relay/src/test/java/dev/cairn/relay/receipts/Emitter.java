package dev.cairn.relay.receipts;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// An emitter on a Unix socket, blocking, that sends whatever it is given.
public final class Emitter implements AutoCloseable {

    private final SocketChannel channel;

    public Emitter(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /// A minimal frame of a tool.
    static String frame(String tool) {
        return frame(tool, "");
    }

    /// The same with further members, each behind a comma.
    public static String frame(String tool, String members) {
        return "{\"v\":\"1\",\"ts_emit\":\"2026-11-21T23:01:16.386000000Z\",\"session_id\":\"sess-0001\","
                + "\"channel\":\"sdk\",\"tool\":{\"name\":\"" + tool + "\"},\"decision\":\"allowed\"" + members + "}";
    }

    void emit(String tool) throws IOException {
        send(frame(tool));
    }

    /// Sends one frame.
    public void send(String body) throws IOException {
        write(framed(body.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] framed(byte[] body) {
        return ByteBuffer.allocate(4 + body.length)
                .putInt(body.length)
                .put(body)
                .array();
    }

    /// Sends bytes as they are.
    void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// Says that nothing more comes.
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    /// Waits for the relay's end of the connection; fails if it says anything.
    public void awaitEnd() throws IOException {
        if (channel.read(ByteBuffer.allocate(1)) >= 0) {
            throw new AssertionError("the relay said something to an emitter");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

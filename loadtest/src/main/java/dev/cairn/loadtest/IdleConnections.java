package dev.cairn.loadtest;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Emitters that are connected and say nothing.
final class IdleConnections implements AutoCloseable {

    private final List<SocketChannel> channels = new ArrayList<>();

    IdleConnections(Path socket, int count) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                channels.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            }
        } catch (IOException e) {
            close();
            throw new IOException(
                    "idle connection " + (channels.size() + 1) + " of " + count + ": " + e.getMessage(), e);
        }
    }

    /// How many the relay has closed.
    int closed() {
        int closed = 0;
        for (SocketChannel channel : channels) {
            closed += isClosed(channel) ? 1 : 0;
        }
        return closed;
    }

    private static boolean isClosed(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            return channel.read(ByteBuffer.allocate(1)) != 0;
        } catch (IOException _) {
            return true; // Reset.
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}

package dev.cairn.relay.cli;

import dev.cairn.protocol.frame.LengthDecoder;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading.Accepted;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A Unix socket that reads frames, one connection after the other.
final class FrameSocket implements AutoCloseable {

    private final ServerSocketChannel server;
    private final FrameReader reader = new FrameReader();
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> served;

    FrameSocket(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 16);
        served = CompletableFuture.runAsync(this::serve, Thread.ofPlatform().daemon()::start);
    }

    /// The next frame that came in, within a bounded time.
    Frame next() throws InterruptedException {
        Frame frame = frames.poll(10, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame came");
        }
        return frame;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel connection = server.accept()) {
                    read(connection);
                }
            }
        } catch (IOException _) {
            // Closed by the test, at its end.
        }
    }

    private void read(SocketChannel connection) throws IOException {
        LengthDecoder decoder = new LengthDecoder();
        ByteBuffer chunk = ByteBuffer.allocate(65_536);
        while (connection.read(chunk.clear()) >= 0) {
            decoder.feed(chunk.array(), 0, chunk.position(), new LengthDecoder.FrameSink() {
                @Override
                public void frame(byte[] bytes, int from, int to) {
                    frames.add(((Accepted) reader.read(bytes, from, to)).frame());
                }

                @Override
                public void oversize(long claimed) {
                    throw new AssertionError("a length of " + claimed);
                }
            });
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        served.join();
    }
}

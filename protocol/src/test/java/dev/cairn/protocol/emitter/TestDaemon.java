package dev.cairn.protocol.emitter;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A Unix socket that reads frames and never says a word; or, deaf, that does not even read.
final class TestDaemon implements AutoCloseable {

    private static final int WAITING_MAX = 100;

    private final Path socket;
    private final ServerSocketChannel server;
    private final boolean deaf;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<SocketChannel> connections = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<Void>> working = new LinkedBlockingQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();

    private TestDaemon(Path socket, boolean deaf, int backlog) throws IOException {
        this.socket = socket;
        this.deaf = deaf;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), backlog);
    }

    static TestDaemon reading(Path socket) throws IOException {
        return new TestDaemon(socket, false, 1024).accepting();
    }

    static TestDaemon deaf(Path socket) throws IOException {
        return new TestDaemon(socket, true, 1024).accepting();
    }

    /// One that accepts nobody, and to which so many have connected that nobody else can.
    static TestDaemon withFullBacklog(Path socket) throws IOException {
        TestDaemon daemon = new TestDaemon(socket, true, 1);
        while (daemon.connections.size() < WAITING_MAX) {
            SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX);
            daemon.connections.add(waiting);
            waiting.configureBlocking(false);
            try {
                waiting.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException _) {
                return daemon;
            }
        }
        throw new AssertionError("a backlog without end");
    }

    private TestDaemon accepting() {
        start(this::accept);
        return this;
    }

    /// The next frame that came in, within a bounded time.
    Frame next() throws InterruptedException {
        Frame frame = frames.poll(10, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame came");
        }
        return frame;
    }

    boolean hasMore() {
        return !frames.isEmpty();
    }

    int connections() {
        return accepted.get();
    }

    private void start(Runnable work) {
        working.add(CompletableFuture.runAsync(work, Thread.ofPlatform().daemon()::start));
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                accepted.incrementAndGet();
                connections.add(connection);
                if (!deaf) {
                    start(() -> read(connection));
                }
            }
        } catch (IOException _) {
            // Closed by the test, at its end.
        }
    }

    private void read(SocketChannel connection) {
        LengthDecoder decoder = new LengthDecoder();
        FrameReader reader = new FrameReader();
        ByteBuffer chunk = ByteBuffer.allocate(65_536);
        try {
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
        } catch (IOException _) {
            // Closed by the test, at its end.
        }
    }

    /// Returns when its sockets are gone: a thread that reads from one keeps it open for a moment.
    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        for (CompletableFuture<Void> work : working) {
            work.join();
        }
        Files.delete(socket);
    }
}

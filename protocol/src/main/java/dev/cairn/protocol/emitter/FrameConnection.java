package dev.cairn.protocol.emitter;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A connection on which frames go out, dialled when the first one does and kept: one-way, each step within
/// its time (`specs/receipts.md` 1.3).
///
/// Not thread-safe.
final class FrameConnection implements AutoCloseable {

    static final Duration DIAL_MAX = Duration.ofMillis(25);
    static final Duration WRITE_MAX = Duration.ofMillis(100);

    private static final long BACKLOG_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path socket;
    private @Nullable SocketChannel channel;

    FrameConnection(Path socket) {
        this.socket = socket;
    }

    /// Writes one frame. A connection that broke since the last one is dialled again, once: no relay has
    /// taken a frame that could not be written to its end.
    ///
    /// @throws IOException if it could not be written in time; what was written of it is void
    void write(byte[] body) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.length);
        frame.putInt(body.length).put(body).flip();
        SocketChannel kept = channel;
        if (kept != null) {
            try {
                write(kept, frame);
                return;
            } catch (SocketTimeoutException e) {
                close();
                throw e;
            } catch (IOException _) {
                close(); // The relay that had it is gone; perhaps another one is there.
                frame.rewind();
            }
        }
        SocketChannel dialled = dial();
        channel = dialled;
        try {
            write(dialled, frame);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        SocketChannel closing = channel;
        channel = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException _) {
            // Nobody waits for it.
        }
    }

    /// A Unix socket connects at once or says why not; only a full backlog is worth another try.
    private SocketChannel dial() throws IOException {
        long deadline = System.nanoTime() + DIAL_MAX.toNanos();
        while (true) {
            try {
                return connect();
            } catch (SocketException e) {
                if (!String.valueOf(e.getMessage()).contains("temporarily unavailable")
                        || System.nanoTime() - deadline >= 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(BACKLOG_RETRY_NANOS);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connecting = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try {
            connecting.configureBlocking(false);
            connected = connecting.connect(UnixDomainSocketAddress.of(socket));
            if (!connected) {
                throw new SocketException("temporarily unavailable");
            }
            return connecting;
        } finally {
            if (!connected) {
                connecting.close();
            }
        }
    }

    private static void write(SocketChannel channel, ByteBuffer frame) throws IOException {
        channel.write(frame);
        if (frame.hasRemaining()) {
            writeRest(channel, frame, System.nanoTime() + WRITE_MAX.toNanos());
        }
    }

    private static void writeRest(SocketChannel channel, ByteBuffer frame, long deadline) throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            while (frame.hasRemaining()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    throw new SocketTimeoutException("not written within " + WRITE_MAX.toMillis() + " ms");
                }
                selector.select(left);
                selector.selectedKeys().clear();
                channel.write(frame);
            }
            key.cancel();
        }
    }
}

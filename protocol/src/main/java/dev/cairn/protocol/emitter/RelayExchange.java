package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One request over one connection of its own: connect, write, read the answer, each within its time.
///
/// The channel does not block, so that no relay, however stuck, holds the host longer than the budget.
final class RelayExchange {

    static final Duration SEND_MAX = Duration.ofMillis(500);
    static final String TIMED_OUT = "Relay connection timed out";

    private static final int ANSWER_MAX = 64 * 1024;
    private static final long BACKLOG_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// The time is up.
    private static final class TimeUp extends Exception {

        private static final long serialVersionUID = 1;
    }

    private final Path socket;
    private final Duration answerMax;

    RelayExchange(Path socket, Duration answerMax) {
        this.socket = socket;
        this.answerMax = answerMax;
    }

    /// Sends one event's line, its newline included.
    SendOutcome send(byte[] line) {
        return switch (ask(line)) {
            case RelayReply.NoRelay _ -> new SendOutcome.NoRelay();
            case RelayReply.Failed failed -> new SendOutcome.Failed(failed.error());
            case RelayReply.Silent _ -> new SendOutcome.Unanswered();
            case RelayReply.Done done -> new SendOutcome.Stored(done.text("relay_hash"));
            case RelayReply.Refused refused -> new SendOutcome.Refused(refused.error());
        };
    }

    /// Sends one request line, its newline included.
    RelayReply ask(byte[] line) {
        if (!Files.exists(socket)) {
            return new RelayReply.NoRelay();
        }
        long deadline = System.nanoTime() + SEND_MAX.toNanos();
        try (SocketChannel channel = connect(deadline);
                Selector selector = Selector.open()) {
            write(channel, selector, ByteBuffer.wrap(line), deadline);
            return answer(channel, selector, System.nanoTime() + answerMax.toNanos());
        } catch (TimeUp e) {
            return new RelayReply.Failed(TIMED_OUT);
        } catch (IOException e) {
            return Files.exists(socket) ? new RelayReply.Failed(socketError(e)) : new RelayReply.NoRelay();
        } catch (RuntimeException e) {
            return new RelayReply.Failed("Connection failed: " + e.getMessage());
        }
    }

    /// A Unix socket connects at once or says why not; only a full backlog is worth another try.
    private SocketChannel connect(long deadline) throws IOException, TimeUp {
        while (true) {
            try {
                return connect();
            } catch (SocketException e) {
                if (!String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                    throw e;
                }
            }
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new TimeUp();
            }
            LockSupport.parkNanos(BACKLOG_RETRY_NANOS);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try {
            channel.configureBlocking(false);
            connected = channel.connect(UnixDomainSocketAddress.of(socket));
            if (!connected) {
                throw new SocketException("temporarily unavailable");
            }
            return channel;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    private static void write(SocketChannel channel, Selector selector, ByteBuffer line, long deadline)
            throws IOException, TimeUp {
        SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
        while (channel.write(line) >= 0 && line.hasRemaining()) {
            await(selector, deadline);
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /// Reads until the answer's newline. A relay that closes early, or says something else, has not answered.
    private static RelayReply answer(SocketChannel channel, Selector selector, long deadline) {
        ByteBuffer chunk = ByteBuffer.allocate(4096);
        var answer = new ByteArrayOutputStream();
        try {
            while (answer.size() < ANSWER_MAX) {
                int size = channel.read(chunk);
                if (size < 0) {
                    break;
                }
                answer.write(chunk.array(), 0, size);
                if (size > 0 && chunk.array()[size - 1] == '\n') {
                    break;
                }
                chunk.clear();
                if (size == 0) {
                    await(selector, deadline);
                }
            }
        } catch (IOException | TimeUp e) {
            return new RelayReply.Silent();
        }
        return RelayReply.of(answer.toByteArray());
    }

    private static void await(Selector selector, long deadline) throws IOException, TimeUp {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || Thread.currentThread().isInterrupted()) {
            throw new TimeUp();
        }
        selector.select(left);
        selector.selectedKeys().clear();
    }

    /// The peer's clients name the system's error; whoever reads the marker knows these.
    private String socketError(IOException e) {
        String message = String.valueOf(e.getMessage());
        String error = message.contains("refused") ? "ECONNREFUSED" : message.contains("denied") ? "EACCES" : "";
        return "Socket error: " + (error.isEmpty() ? message : "connect " + error + " " + socket);
    }

    static byte[] line(String timestamp, Event event) {
        String text = "{\"protocol_version\":1,\"type\":\"event\",\"timestamp\":\"" + timestamp + "\",\"payload\":"
                + event.json() + "}\n";
        return text.getBytes(UTF_8);
    }
}

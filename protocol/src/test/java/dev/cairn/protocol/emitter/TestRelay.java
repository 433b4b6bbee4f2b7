package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A Unix socket that takes one line per connection and answers with a fixed text.
final class TestRelay implements AutoCloseable {

    /// Keeps the connection open and says nothing.
    static final String HANG = "hang";

    private final ServerSocketChannel server;
    private final String answer;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final BlockingQueue<SocketChannel> hanging = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> served;

    TestRelay(Path socket, String answer) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 1024);
        this.answer = answer;
        served = CompletableFuture.runAsync(this::serve, Thread.ofPlatform().daemon()::start);
    }

    /// The next line that came in, within a bounded time.
    String nextLine() throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("no line came");
        }
        return line;
    }

    private void serve() {
        try {
            while (true) {
                answer(server.accept());
            }
        } catch (IOException e) {
            lines.add("closed"); // By the test, at its end.
        }
    }

    private void answer(SocketChannel channel) throws IOException {
        String line = new BufferedReader(Channels.newReader(channel, UTF_8)).readLine();
        lines.add(String.valueOf(line));
        if (answer.equals(HANG)) {
            hanging.add(channel);
            return;
        }
        channel.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
        channel.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        served.join();
        for (SocketChannel channel : hanging) {
            channel.close();
        }
    }
}

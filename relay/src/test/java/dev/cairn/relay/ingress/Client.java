package dev.cairn.relay.ingress;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// An emitter on a Unix socket, blocking, that sends whatever it is given.
final class Client implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(256 * 1024).flip();

    Client(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    void send(String lines) throws IOException {
        send(lines.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// Sends the same again and again, counting the bytes in `sent`, until it is done or the connection is
    /// closed.
    void sendWhileOpen(byte[] bytes, int times, AtomicLong sent) {
        for (int i = 0; i < times && canSend(bytes); i++) {
            sent.addAndGet(bytes.length);
        }
    }

    /// Sends, and says whether the connection let it.
    boolean canSend(byte[] bytes) {
        try {
            send(bytes);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// The next answer, without its newline.
    String answer() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            while (received.hasRemaining()) {
                byte octet = received.get();
                if (octet == '\n') {
                    return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
                }
                line.append((char) (octet & 0xFF));
            }
            if (!readMore()) {
                throw new IOException("closed after " + line);
            }
        }
    }

    String ask(String line) throws IOException {
        send(line + "\n");
        return answer();
    }

    List<String> answers(int count) throws IOException {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(answer());
        }
        return answers;
    }

    /// Everything that still comes before the relay closes.
    List<String> answersToTheEnd() throws IOException {
        List<String> answers = new ArrayList<>();
        while (!isAtEnd()) {
            answers.add(answer());
        }
        return answers;
    }

    boolean isAtEnd() throws IOException {
        return !received.hasRemaining() && !readMore();
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    private boolean readMore() throws IOException {
        received.clear();
        int count = channel.read(received);
        received.flip();
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A client of the [BaselineServer], and the answers it still has to get.
final class BaselineConnection {

    private static final byte[] ANSWER = ("{\"ok\":true,\"relay_hash\":\"sha256:" + "c41a".repeat(16) + "\"}\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    private static final ByteBuffer ANSWERS = answers(4096);

    private final SocketChannel channel;
    private long owedBytes;
    private long writtenBytes;

    BaselineConnection(SocketChannel channel) {
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /// Owes `lines` more answers and writes what the socket takes.
    void answer(int lines, SelectionKey key) throws IOException {
        owedBytes += (long) lines * ANSWER.length;
        boolean taken = true;
        while (owedBytes > 0 && taken) {
            int from = (int) (writtenBytes % ANSWER.length);
            int size = (int) Math.min(owedBytes, ANSWERS.capacity() - from);
            int written = channel.write(ANSWERS.clear().position(from).limit(from + size));
            taken = written == size;
            owedBytes -= written;
            writtenBytes += written;
        }
        int interest = owedBytes > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    void close() throws IOException {
        channel.close();
    }

    private static ByteBuffer answers(int count) {
        ByteBuffer answers = ByteBuffer.allocateDirect(count * ANSWER.length);
        while (answers.hasRemaining()) {
            answers.put(ANSWER);
        }
        return answers;
    }
}

package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A client of the [BaselineServer], the answers it still has to get, and the line it has begun.
final class BaselineConnection {

    private static final byte[] ANSWER = ("{\"ok\":true,\"relay_hash\":\"sha256:" + "c41a".repeat(16) + "\"}\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    private static final ByteBuffer ANSWERS = answers(4096);
    private static final int LINE_BYTES_MAX = 1 << 20;
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private long owedBytes;
    private long writtenBytes;
    private byte[] begun = NOTHING;

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

    /// Passes on the `lines` that end in `bytes[from, to)`, which came next and is on disk now, and keeps the
    /// beginning of one that does not.
    void passOn(ByteBuffer bytes, int from, int to, int lines, BaselineDoor door) throws IOException {
        int at = from;
        if (door.isEmpty()) {
            door.skip(lines);
            at = lines == 0 ? from : BaselineFill.lastNewline(bytes, to) + 1;
        } else {
            for (int i = 0; i < lines; i++) {
                int newline = BaselineFill.newline(bytes, at);
                door.pass(begun, bytes, at, newline);
                begun = NOTHING;
                at = newline + 1;
            }
        }
        begin(lines == 0 ? begun : NOTHING, bytes, at, to);
    }

    private void begin(byte[] before, ByteBuffer bytes, int from, int to) throws IOException {
        if (from == to) {
            begun = before;
            return;
        }
        begun = Arrays.copyOf(before, before.length + to - from);
        bytes.get(from, begun, before.length, to - from);
        if (begun.length > LINE_BYTES_MAX && channel.isOpen()) {
            begun = NOTHING;
            channel.shutdownInput(); // No line is as long as that. Reading finds the end now.
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

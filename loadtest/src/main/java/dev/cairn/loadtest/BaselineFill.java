package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/// One of the [BaselineServer]'s two buffers: bytes for the file, and who has to be answered for them.
final class BaselineFill {

    private static final int BYTES = 8 * 1024 * 1024;
    private static final int READ_BYTES = 256 * 1024;
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long NEWLINES = ONES * '\n';

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    private final List<BaselineConnection> connections = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();

    boolean hasRoom() {
        return bytes.remaining() >= READ_BYTES;
    }

    boolean isFilled() {
        return bytes.position() > 0;
    }

    /// What is to be written, ready for it.
    ByteBuffer toWrite() {
        return bytes.flip();
    }

    /// Takes what `connection` has sent; false at the end of its stream.
    boolean read(BaselineConnection connection) throws IOException {
        int from = bytes.position();
        bytes.limit(from + READ_BYTES);
        int size = connection.channel().read(bytes);
        bytes.limit(BYTES);
        if (size > 0) {
            connections.add(connection);
            ends.add(from + size);
            lines.add(newlines(bytes, from, from + size));
        }
        return size >= 0;
    }

    /// Answers what is in here, now that it is on disk.
    void answer(Selector selector) throws IOException {
        for (int i = 0; i < connections.size(); i++) {
            BaselineConnection connection = connections.get(i);
            SelectionKey key = connection.channel().keyFor(selector);
            if (key != null && key.isValid()) {
                answer(connection, lines.get(i), key);
            }
        }
    }

    private static void answer(BaselineConnection connection, int lines, SelectionKey key) {
        try {
            connection.answer(lines, key);
        } catch (IOException _) {
            return; // It did not wait for its answers; reading finds its end.
        }
    }

    /// Gives the subscribers every line that ends in here, now that it is on disk.
    void passOn(BaselineDoor door) throws IOException {
        int from = 0;
        for (int i = 0; i < connections.size(); i++) {
            connections.get(i).passOn(bytes, from, ends.get(i), lines.get(i), door);
            from = ends.get(i);
        }
        door.flush();
    }

    void clear() {
        bytes.clear();
        connections.clear();
        ends.clear();
        lines.clear();
    }

    /// Counts newlines, eight bytes at a time.
    static int newlines(ByteBuffer bytes, int from, int to) {
        int count = 0;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = bytes.getLong(at) ^ NEWLINES;
            count += 8 - Long.bitCount(((word & LOW_BITS) + LOW_BITS | word) & ~LOW_BITS);
        }
        for (; at < to; at++) {
            count += bytes.get(at) == '\n' ? 1 : 0;
        }
        return count;
    }

    /// Where the first newline from `from` on is; there must be one.
    static int newline(ByteBuffer bytes, int from) {
        int at = from;
        while (bytes.get(at) != '\n') {
            at++;
        }
        return at;
    }

    /// Where the last newline before `to` is; there must be one.
    static int lastNewline(ByteBuffer bytes, int to) {
        int at = to - 1;
        while (bytes.get(at) != '\n') {
            at--;
        }
        return at;
    }
}

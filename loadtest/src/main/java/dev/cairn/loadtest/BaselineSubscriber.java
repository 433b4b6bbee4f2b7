package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A subscriber of the [BaselineServer], and how much of the frames it has.
final class BaselineSubscriber {

    private static final int HEAD_BYTES_MAX = 16 * 1024;
    private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final SelectionKey key;
    private int headBytes;
    private int blankLineBytes;
    private long at;
    private boolean full;

    BaselineSubscriber(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /// Reads what it says, by way of `scratch`, and looks at it as far as the head of its request goes.
    ///
    /// @return false at the end of its stream, or when its head has none
    boolean read(ByteBuffer scratch) throws IOException {
        int size = channel.read(scratch.clear());
        for (int i = 0; i < size && !hasAsked(); i++) {
            byte octet = scratch.get(i);
            blankLineBytes = octet == BLANK_LINE[blankLineBytes] ? blankLineBytes + 1 : octet == '\r' ? 1 : 0;
            headBytes++;
        }
        return size >= 0 && headBytes <= HEAD_BYTES_MAX;
    }

    /// Whether the head of its request is complete.
    boolean hasAsked() {
        return blankLineBytes == BLANK_LINE.length;
    }

    /// Answers its request; frames from `place` on are for it.
    ///
    /// @return false if a fresh socket does not even take that
    boolean welcome(ByteBuffer answer, long place) throws IOException {
        at = place;
        channel.write(answer);
        return !answer.hasRemaining();
    }

    /// Writes what its socket takes; the rest follows when it takes more.
    ///
    /// @return false if it is too far behind
    boolean send(BaselineFrames frames) throws IOException {
        return full ? isInReach(frames) : sendMore(frames);
    }

    /// The same once its socket takes more.
    boolean sendMore(BaselineFrames frames) throws IOException {
        boolean wasFull = full;
        full = false;
        while (at < frames.end() && !full) {
            ByteBuffer unsent = frames.from(at);
            at += channel.write(unsent);
            full = unsent.hasRemaining();
        }
        if (full != wasFull) {
            key.interestOps(full ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
        return isInReach(frames);
    }

    private boolean isInReach(BaselineFrames frames) {
        return frames.end() - at <= BaselineFrames.BACKLOG_BYTES_MAX;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException _) {
            return; // It is gone either way.
        }
    }
}

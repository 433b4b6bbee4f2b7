package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One emitter: sends requests without waiting and takes their answers, which come in the same order.
///
/// The sending half belongs to one thread, the receiving half to one thread; in a closed loop they are the
/// same. [AnswerReader] is the receiving half.
final class EmitterConnection {

    private final int number;
    private final SocketChannel channel;
    private final RequestBlock block;
    private final SendTimes sendTimes;
    private final ByteBuffer unsent;
    private volatile long sent; // Written by the sending half, looked at by the receiving one.

    EmitterConnection(int number, SocketChannel channel, RequestBlock block, SendTimes sendTimes) {
        this.number = number;
        this.channel = channel;
        this.block = block;
        this.sendTimes = sendTimes;
        this.unsent = block.bytes().duplicate().limit(0);
    }

    int number() {
        return number;
    }

    SocketChannel channel() {
        return channel;
    }

    SendTimes sendTimes() {
        return sendTimes;
    }

    RequestMix.Kind kind(long request) {
        return block.kind(request);
    }

    /// How many requests were begun.
    long sent() {
        return sent;
    }

    /// Sends until `total` requests are on their way, or the socket takes no more; then there is a rest.
    boolean sendUpTo(long total) throws IOException {
        while (true) {
            if (!unsent.hasRemaining()) {
                if (sent >= total) {
                    return true;
                }
                prepare(total);
            }
            channel.write(unsent);
            if (unsent.hasRemaining()) {
                return false;
            }
        }
    }

    /// Makes the next requests ready, at most to the end of the block.
    private void prepare(long total) {
        long first = sent;
        int slot = (int) (first % block.slots());
        int count = (int) Math.min(total - first, block.slots() - slot);
        for (int i = 0; i < count; i++) {
            block.stamp(first + i, sendTimes.stamp(first + i));
        }
        unsent.limit(block.startOf(slot + count)).position(block.startOf(slot));
        sent = first + count;
    }
}

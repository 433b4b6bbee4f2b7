package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One emitter of the one-way dialect: writes frames and notes when the socket has taken them. One thread's.
final class FrameConnection {

    private final SocketChannel channel;
    private final FrameBlock block;
    private final SendTimes times;
    private final LatencyBatch accepted;
    private final ByteBuffer unsent;
    private long begun;
    private volatile long taken; // Looked at by whoever wants to know how far it is.

    /// @param times when frames were due, or began to be written
    /// @param accepted is told how long the socket took to take each
    FrameConnection(SocketChannel channel, FrameBlock block, SendTimes times, LatencyBatch accepted) {
        this.channel = channel;
        this.block = block;
        this.times = times;
        this.accepted = accepted;
        this.unsent = block.bytes().duplicate().limit(0);
    }

    SocketChannel channel() {
        return channel;
    }

    /// How many frames the socket has taken whole.
    long taken() {
        return taken;
    }

    /// Whether a frame is written in part.
    boolean isWithinFrame() {
        return unsent.hasRemaining();
    }

    /// Writes until the socket has `total` frames, or takes no more; then there is a rest.
    boolean sendUpTo(long total, LoadClock clock) throws IOException {
        while (true) {
            if (!unsent.hasRemaining()) {
                if (begun >= total) {
                    return true;
                }
                prepare(total);
            }
            channel.write(unsent);
            if (unsent.hasRemaining()) {
                return false;
            }
            long now = clock.micros();
            for (long frame = taken; frame < begun; frame++) {
                accepted.add(times.of(frame), now);
            }
            taken = begun;
        }
    }

    /// Makes the next frames ready, at most to the end of the block.
    private void prepare(long total) {
        int slot = (int) (begun % block.slots());
        int count = (int) Math.min(total - begun, block.slots() - slot);
        for (int i = 0; i < count; i++) {
            block.stamp(begun + i);
            times.stamp(begun + i);
        }
        unsent.limit(block.startOf(slot + count)).position(block.startOf(slot));
        begun += count;
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.FairMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;

/// Frames that wait to be read, in the order in which they came, as the bytes they are: a receipt on its way to
/// the disk takes ten times as much.
///
/// Outside the heap, where a collector need not move them, in chunks that begin small and are given back as soon
/// as they are empty. The share pays for whole chunks, so its limit is that of the memory. Owned by one event
/// loop.
///
/// @param <O> whose frame it is
final class WaitingFrames<O> {

    /// What is kept of a frame beside its bytes: when it arrived, and its length.
    static final int HEADER = Long.BYTES + Integer.BYTES;

    /// What the shortest frame is charged, as who it is of is kept on the heap.
    static final int ROOM_MIN = 64;

    static final int CHUNK_MIN = 4 * 1024;
    private static final int CHUNK_MAX = 64 * 1024;
    private static final int GROWTH = 4;

    /// Where frames go when it is their turn.
    interface Taker<O> {

        /// A frame without its length, valid during the call only.
        void frame(O owner, long arrivedAt, byte[] bytes, int length);
    }

    private final FairMemory.Share share;
    private final byte[] scratch;
    private final Deque<ByteBuf> chunks = new ArrayDeque<>();
    private Deque<O> owners = new ArrayDeque<>();
    private int nextCapacity = CHUNK_MIN;

    /// @param share how much memory it may use; given back with [#close]
    /// @param scratch where a frame is shown when it is taken, if it fits
    WaitingFrames(FairMemory.Share share, byte[] scratch) {
        this.share = share;
        this.scratch = scratch;
    }

    boolean isEmpty() {
        return owners.isEmpty();
    }

    int count() {
        return owners.size();
    }

    /// Keeps a frame, unless there is no room for it.
    ///
    /// @param arrivedAt milliseconds since the epoch
    boolean add(O owner, long arrivedAt, byte[] bytes, int from, int to) {
        int length = to - from;
        ByteBuf last = chunks.peekLast();
        int room = Math.max(HEADER + length, ROOM_MIN);
        if ((last == null || last.writableBytes() < room) && !grow(room)) {
            return false;
        }
        chunks.getLast()
                .writeLong(arrivedAt)
                .writeInt(length)
                .writeBytes(bytes, from, length)
                .writeZero(room - HEADER - length);
        owners.add(owner);
        return true;
    }

    private boolean grow(int atLeast) {
        int capacity = Math.max(atLeast, nextCapacity);
        if (!share.take(capacity)) {
            return false;
        }
        try {
            chunks.add(Unpooled.directBuffer(capacity, capacity));
        } catch (OutOfMemoryError e) { // Of what is outside the heap: buffers of sockets are there, too.
            share.give(capacity);
            return false;
        }
        nextCapacity = Math.min(CHUNK_MAX, nextCapacity * GROWTH);
        return true;
    }

    /// Takes out the frame that has waited longest; there must be one.
    void take(Taker<? super O> taker) {
        O owner = owners.remove();
        ByteBuf first = chunks.getFirst();
        long arrivedAt = first.readLong();
        int length = first.readInt();
        byte[] bytes = length <= scratch.length ? scratch : new byte[length];
        first.readBytes(bytes, 0, length).skipBytes(Math.max(0, ROOM_MIN - HEADER - length));
        if (!first.isReadable()) { // What is not full either has nothing behind it, or not the room for it.
            forgetFirst();
        }
        taker.frame(owner, arrivedAt, bytes, length);
    }

    private void forgetFirst() {
        ByteBuf first = chunks.removeFirst();
        share.give(first.capacity());
        first.release();
        if (chunks.isEmpty()) {
            nextCapacity = CHUNK_MIN;
            owners = new ArrayDeque<>(); // Which never shrinks by itself.
        }
    }

    /// Gives the share back; nothing may wait any more.
    void close() {
        share.leave();
    }
}

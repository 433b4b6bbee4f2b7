package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The newest records of one chain as finished frames, in a circle of bytes: the oldest give way to the
/// newest.
///
/// Holds records [#first] to [#last] without holes; it is only a cache of the store, so it may drop everything at
/// any time, and behind [#last] it may lack what it was only told of.
///
/// The circle is made of blocks outside the heap that are allocated when first written and let go by [#skipTo], so
/// that a relay without subscribers holds none. What is added is copied: nothing of a commit is kept alive. Not
/// thread-safe: one event loop owns it.
public final class Ring {

    static final int SLICE_FRAMES_MAX = 64;
    static final int SLICE_BYTES_MAX = 64 * 1024;

    private static final int BLOCK_BYTES = 256 * 1024;

    private final RecordFrames frames;
    private final int recordsMax;
    private final int bytesMax;
    private final int blockBytes;
    private final @Nullable ByteBuf[] blocks;

    /// Where each frame begins, by its sequence; positions count all bytes ever written.
    private long[] starts = new long[SLICE_FRAMES_MAX];

    private long first;
    private long next;
    private long newest;
    private long end;

    /// An empty ring behind the chain's newest durable record.
    public Ring(String chain, int recordsMax, int bytesMax, long newest) {
        this.frames = new RecordFrames(chain);
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        this.blockBytes = Math.min(bytesMax, BLOCK_BYTES);
        this.blocks = new ByteBuf[Math.ceilDiv(bytesMax, blockBytes)];
        this.first = newest + 1;
        this.next = newest + 1;
        this.newest = newest;
    }

    /// The oldest record that is here; one past [#last] when there is none.
    public long first() {
        return first;
    }

    /// The newest record that is here; one before [#first] when there is none.
    public long last() {
        return next - 1;
    }

    /// The newest record of the chain that this ring was told of, whether it is here or not.
    public long newest() {
        return newest;
    }

    /// Bytes of all frames that are here.
    public long bytes() {
        return end - position(first);
    }

    /// Adds record `seq`, whose line is `source[from, to)` without newline, if it follows the last one.
    public void add(long seq, byte[] source, int from, int to) {
        if (seq != next) {
            hasGrownTo(seq);
            return;
        }
        int length = frames.prepare(seq, to - from);
        if (length > bytesMax || !hasRoom(length)) {
            drop(seq + 1);
            return;
        }
        while (next - first == recordsMax || bytes() + length > bytesMax) {
            first++;
        }
        growStarts();
        starts[index(seq)] = end;
        next = seq + 1;
        hasGrownTo(seq);
        write(frames.head(), 0, frames.headLength());
        write(source, from, to);
        write(RecordFrames.TAIL, 0, RecordFrames.TAIL.length);
    }

    /// Notes that the chain has grown so far; what is not here is added later, or given up.
    public void hasGrownTo(long seq) {
        newest = Math.max(newest, seq);
    }

    /// Begins anew behind the newest record that it was told of.
    void skip() {
        drop(newest + 1);
    }

    /// Notes that the chain has grown to `seq` without keeping anything, and lets the memory go: nobody is
    /// listening.
    public void skipTo(long seq) {
        if (seq >= next) {
            hasGrownTo(seq);
            skip();
            release();
        }
    }

    /// Lets the memory go; nothing is here any more.
    void release() {
        drop(next);
        for (int i = 0; i < blocks.length; i++) {
            ByteBuf block = blocks[i];
            if (block != null) {
                block.release();
                blocks[i] = null;
            }
        }
    }

    /// The sequence just past the slice that begins at `from`: at most 64 frames or 64 KiB, or one longer
    /// frame alone. Where more than that waits, slices end at multiples of 64, so that subscribers who lag
    /// behind differently soon read the same ones.
    long sliceEnd(long from) {
        long aligned = next - from <= SLICE_FRAMES_MAX ? next : (from / SLICE_FRAMES_MAX + 1) * SLICE_FRAMES_MAX;
        long until = from + 1;
        while (until < aligned && position(until + 1) - position(from) <= SLICE_BYTES_MAX) {
            until++;
        }
        return until;
    }

    /// A copy of the frames of records `from` to `until`, exclusive; the caller releases it.
    ByteBuf slice(long from, long until, ByteBufAllocator allocator) {
        if (from < first || until > next || from >= until) {
            throw new IndexOutOfBoundsException("[%d, %d) of [%d, %d)".formatted(from, until, first, next));
        }
        long at = position(from);
        int rest = Math.toIntExact(position(until) - at);
        ByteBuf slice =
                allocator.directBuffer(rest); // Direct: a heap buffer would be copied again for each subscriber.
        while (rest > 0) {
            int offset = (int) (at % blockBytes);
            int run = Math.min(rest, blockBytes - offset);
            slice.writeBytes(block(at), offset, run);
            at += run;
            rest -= run;
        }
        return slice;
    }

    private void drop(long seq) {
        first = seq;
        next = seq;
        hasGrownTo(seq - 1);
    }

    private void write(byte[] source, int from, int to) {
        int at = from;
        while (at < to) {
            int offset = (int) (end % blockBytes);
            int run = Math.min(to - at, blockBytes - offset);
            block(end).setBytes(offset, source, at, run);
            at += run;
            end += run;
        }
    }

    /// Whether there is memory for the next frame; if not, the ring does without any.
    private boolean hasRoom(int length) {
        try {
            for (long at = end; at < end + length; at += blockBytes) {
                block(at);
            }
            block(end + length - 1);
            return true;
        } catch (OutOfMemoryError _) { // Of what is outside the heap: buffers of sockets are there, too.
            release();
            return false;
        }
    }

    private ByteBuf block(long position) {
        int index = (int) (position / blockBytes % blocks.length);
        ByteBuf block = blocks[index];
        if (block == null) {
            block = Unpooled.directBuffer(blockBytes, blockBytes);
            blocks[index] = block;
        }
        return block;
    }

    private long position(long seq) {
        return seq == next ? end : starts[index(seq)];
    }

    private int index(long seq) {
        return (int) (seq & (starts.length - 1));
    }

    private void growStarts() {
        if (next - first < starts.length) {
            return;
        }
        long[] old = starts;
        starts = new long[old.length * 2];
        for (long seq = first; seq < next; seq++) {
            starts[index(seq)] = old[(int) (seq & (old.length - 1))];
        }
    }
}

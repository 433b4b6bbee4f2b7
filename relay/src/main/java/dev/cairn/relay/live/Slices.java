package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Encoded runs of frames, each made once for all subscribers who stand at its beginning, and kept count of
/// until the last one has sent it.
///
/// A slice's own reference is held here while any subscriber holds another: so [Unsent] is told what slow
/// subscribers really cost.
final class Slices {

    /// So many bytes may come to those that wait to be swept, before a drain does it.
    private static final int SWEEP_STEP_BYTES = 4 * 1024 * 1024;

    /// The frames of records `from` to `until`, exclusive.
    static final class Slice {

        final ByteBuf frames;
        final long from;
        final long until;

        Slice(ByteBuf frames, long from, long until) {
            this.frames = frames;
            this.from = from;
            this.until = until;
        }

        /// What one subscriber writes and thereby releases.
        ByteBuf share() {
            return frames.retainedDuplicate();
        }

        private boolean isDone() {
            return frames.refCnt() == 1;
        }
    }

    private final Ring ring;
    private final ByteBufAllocator allocator;
    private final Unsent unsent;
    private final Map<Long, Slice> shared = new HashMap<>();
    private final List<Slice> fresh = new ArrayList<>();
    private final List<Slice> outstanding = new ArrayList<>();
    private @Nullable Slice latest;
    private long bytes;
    private long sweepAbove = SWEEP_STEP_BYTES;

    /// @param unsent where the bytes of all slices are counted that somebody has yet to send
    Slices(Ring ring, ByteBufAllocator allocator, Unsent unsent) {
        this.ring = ring;
        this.allocator = allocator;
        this.unsent = unsent;
    }

    /// The slice of the ring that begins at `seq`; `null` if it is to be made and there is no room for it.
    @Nullable
    Slice from(long seq) {
        Slice known = latest != null && latest.from == seq ? latest : shared.get(seq);
        if (known == null) {
            if (unsent.isFull()) {
                return null;
            }
            long until = ring.sliceEnd(seq);
            known = new Slice(ring.slice(seq, until, allocator), seq, until);
            shared.put(seq, known);
            count(known);
        }
        latest = known;
        return known;
    }

    /// Counts frames that are not of the ring.
    Slice page(ByteBuf frames, long from, long until) {
        Slice page = new Slice(frames, from, until);
        count(page);
        return page;
    }

    private void count(Slice made) {
        fresh.add(made);
        add(made.frames.readableBytes());
    }

    private void add(long more) {
        bytes += more;
        unsent.add(more);
    }

    /// Ends a drain: what everybody has sent goes; the last slice, which the next record would make longer,
    /// is not given out again.
    void settle() {
        latest = null;
        for (Slice slice : fresh) {
            if (slice.isDone()) {
                free(slice);
                continue;
            }
            outstanding.add(slice);
            if (slice.until > ring.last()) {
                forget(slice);
            }
        }
        fresh.clear();
        if (bytes > sweepAbove) {
            sweep();
        }
    }

    /// Lets go of what has been sent since the drain that made it.
    void sweep() {
        outstanding.removeIf(slice -> {
            if (!slice.isDone()) {
                return false;
            }
            free(slice);
            return true;
        });
        sweepAbove = bytes + SWEEP_STEP_BYTES;
    }

    /// Whether somebody has yet to send some of them, followers that have left included.
    boolean areInUse() {
        return !outstanding.stream().allMatch(Slice::isDone);
    }

    /// Lets go of everything; subscribers who still send keep their own references.
    void release() {
        settle();
        outstanding.forEach(slice -> slice.frames.release());
        outstanding.clear();
        shared.clear();
        add(-bytes);
    }

    private void free(Slice slice) {
        forget(slice);
        add(-slice.frames.writerIndex());
        slice.frames.release();
    }

    private void forget(Slice slice) {
        if (shared.get(slice.from) == slice) {
            shared.remove(slice.from);
        }
    }
}

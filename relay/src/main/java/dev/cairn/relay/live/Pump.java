package dev.cairn.relay.live;

import dev.cairn.relay.live.Slices.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Moves the records of one chain to its subscribers: from the [Ring], or from the [History] for those that
/// are behind it.
///
/// A subscriber is a [Cursor]: what comes next for it is decided when its socket can take it, so nothing is
/// queued for anybody and the way from replay to live has no seam. The cost of live delivery is one `send`
/// per subscriber and drain, hardly the bytes; so a drain gives each what has piled up, and is followed by a
/// rest as long as it took, less what the loop had nothing to do before, [#REST_MAX] at most. A relay with
/// few subscribers or few events never notices the rest; a busy one sends larger pieces. With many
/// subscribers the drains themselves take long enough for that, and a longer rest is time that the next
/// record waits.
///
/// Not thread-safe: it lives on one event loop, with the ring and all its subscribers.
public final class Pump {

    static final Duration REST_MAX = Duration.ofMillis(2);

    private static final Duration PATIENCE_UNDER_PRESSURE = Duration.ofSeconds(1);

    /// Then who takes what was sent to it more slowly holds up others: a record of a megabyte is that much
    /// memory.
    private static final Duration PACE_UNDER_PRESSURE = Duration.ofSeconds(5);

    private static final int PASSES_MAX = 16;

    private final Ring ring;
    private final Loop loop;
    private final long stallNanos;
    private final Unsent unsent;
    private final Slices slices;
    private final Replay replay;
    private final Refill refill;
    private final List<Cursor> cursors = new ArrayList<>();
    private boolean drainIsDue;
    private boolean draining;
    private long drainEnded;
    private long restUntil;
    private long delivered;

    /// @param unsent shared by all pumps of the loop
    public Pump(
            String chain,
            Ring ring,
            History history,
            Loop loop,
            ByteBufAllocator allocator,
            Unsent unsent,
            Duration stallTimeout) {
        this.ring = ring;
        this.loop = loop;
        this.stallNanos = stallTimeout.toNanos();
        this.unsent = unsent;
        this.slices = new Slices(ring, allocator, unsent);
        this.replay = new Replay(chain, history, loop, allocator, unsent, new PageWriter());
        this.refill = new Refill(ring, history, loop, this::wake);
        this.drainEnded = loop.nanoTime();
        this.restUntil = drainEnded;
    }

    /// How many subscribers there are.
    public int followers() {
        return cursors.size();
    }

    /// Whether some of what was written is still in memory: also of those that have left, until their sockets
    /// are closed.
    public boolean hasUnsent() {
        return slices.areInUse();
    }

    /// Records written to subscribers, each counted once per subscriber.
    public long delivered() {
        return delivered;
    }

    /// Pages read from the store.
    public long pagesRead() {
        return replay.pages() + refill.pages();
    }

    /// A new subscriber; it gets nothing before [#start].
    public Cursor follow(Outlet outlet, Cursor.Listener listener) {
        Cursor cursor = new Cursor(outlet, listener, loop.nanoTime());
        outlet.onWritable(() -> resume(cursor));
        cursors.add(cursor);
        return cursor;
    }

    /// Sends it the records after `since` from now on, and tells it when it has all up to `tip`. May be
    /// called again to start over.
    public void start(Cursor cursor, long since, long tip) {
        cursor.start(since, tip);
        wake();
    }

    /// Sends it nothing more.
    public void leave(Cursor cursor) {
        cursor.closed = true;
        if (!draining) {
            cursors.remove(cursor);
        }
    }

    /// Sends what the ring has been given; soon, together with what else comes until then.
    public void wake() {
        if (drainIsDue) {
            return;
        }
        drainIsDue = true;
        long rest = restUntil - loop.nanoTime();
        if (rest > 0) {
            loop.schedule(rest, this::drain);
        } else {
            loop.execute(this::drain);
        }
    }

    /// Sends at once what the ring has been given, so that something else can follow it.
    public void flush() {
        run(PASSES_MAX);
    }

    /// Finds those that have taken nothing, or too little while memory is short, for too long. To be called
    /// every second or more often.
    public void sweep() {
        slices.sweep();
        boolean isHigh = unsent.isHigh();
        long patience = isHigh ? Math.min(stallNanos, PATIENCE_UNDER_PRESSURE.toNanos()) : stallNanos;
        long now = loop.nanoTime();
        for (Cursor cursor : List.copyOf(cursors)) {
            boolean isStalled = cursor.stalledFor(now) >= patience;
            boolean isSlow = cursor.behindFor(now) >= PACE_UNDER_PRESSURE.toNanos();
            if (isStalled || (isSlow && isHigh)) {
                leave(cursor);
                cursor.listener.stalled(cursor.next() - 1, Duration.ofNanos(patience));
            }
        }
        refill.giveUpUnwanted();
        replay.goOn(); // Those that were held back because too much was unsent get their turn.
        wake();
    }

    /// Lets go of all subscribers and buffers, the ring's too.
    public void close() {
        List.copyOf(cursors).forEach(this::leave);
        refill.close();
        slices.release();
        ring.release();
    }

    private void drain() {
        drainIsDue = false;
        long started = loop.nanoTime();
        boolean more = run(PASSES_MAX);
        long idle = started - drainEnded;
        drainEnded = loop.nanoTime();
        restUntil = drainEnded + Math.clamp(drainEnded - started - idle, 0, REST_MAX.toNanos());
        if (more) {
            wake();
        }
    }

    /// Gives everybody one slice after another, at most `passes` each; says whether somebody could take more.
    private boolean run(int passes) {
        boolean more = true;
        draining = true;
        try {
            for (int pass = 0; more && pass < passes; pass++) {
                more = false;
                for (int i = 0; i < cursors.size(); i++) {
                    more |= step(cursors.get(i));
                }
            }
        } finally {
            draining = false; // Whatever failed for one: the next drain is for the others.
            cursors.removeIf(cursor -> cursor.closed);
            slices.settle();
        }
        return more;
    }

    /// Goes on with one whose socket can take more again.
    private void resume(Cursor cursor) {
        if (draining) {
            return; // The drain comes to it.
        }
        if (unsent.isHigh()) {
            slices.sweep(); // It has taken something.
            replay.goOn();
        }
        boolean more = true;
        for (int pass = 0; more && pass < PASSES_MAX; pass++) {
            more = step(cursor);
        }
        slices.settle();
        if (more) {
            wake();
        }
    }

    /// Writes one slice to it if there is something and it can take it; says whether there is more.
    private boolean step(Cursor cursor) {
        if (cursor.closed
                || cursor.reading
                || cursor.subscription == 0
                || cursor.next() > ring.newest()
                || !cursor.outlet.isWritable()
                || (unsent.isHigh() && cursor.outlet.unsent() > 0)) {
            return false;
        }
        if (cursor.next() == ring.last() + 1) {
            refill.want();
            return false;
        }
        if (cursor.next() < ring.first() || cursor.next() > ring.last()) {
            if (cursor.next() < ring.first()) {
                cursor.behindTheRing(ring.newest());
            }
            replay.readFor(cursor);
            return false;
        }
        Slice slice = slices.from(cursor.next());
        if (slice == null) {
            return false; // Its turn comes with the next drain or sweep.
        }
        write(cursor, slice);
        return cursor.next() <= ring.newest();
    }

    private void write(Cursor cursor, Slice slice) {
        cursor.outlet.write(slice.share());
        delivered += slice.until - slice.from;
        cursor.sent(slice.until, ring.newest());
    }

    private final class PageWriter implements Replay.Reader {

        @Override
        public void page(List<Cursor> all, ByteBuf frames, int count) {
            long first = all.getFirst().next();
            Slice page = slices.page(frames, first, first + count);
            all.forEach(cursor -> write(cursor, page));
            all.forEach(Pump.this::resume);
        }

        @Override
        public void unreadable(Cursor cursor, Throwable cause) {
            leave(cursor);
            cursor.listener.unreadable(cause);
        }

        @Override
        public void outdated(Cursor cursor) {
            resume(cursor);
        }
    }
}

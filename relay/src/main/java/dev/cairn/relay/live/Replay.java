package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the store for subscribers that are behind the ring: a few pages at a time, first come first served, each
/// for all who stand where it begins. While [Unsent] is high it reads only for those that are known to take what
/// they get.
final class Replay {

    static final int PAGE_BYTES_MAX = 64 * 1024;

    private static final int READS_MAX = 4;

    /// Who has taken more than the system's buffers hold does read.
    private static final int TAKEN_BY_READERS = 8 * 1024 * 1024;

    /// What becomes of a page.
    interface Reader {

        /// The frames of `count` records that follow each of the cursors; `count` is positive.
        void page(List<Cursor> cursors, ByteBuf frames, int count);

        void unreadable(Cursor cursor, Throwable cause);

        /// Nothing came of it, look again: it had left, subscribed anew, or is to wait for its turn.
        void outdated(Cursor cursor);
    }

    /// Who wants the page that begins with record `first`.
    private static final class Wish {

        final long first;
        final List<Cursor> cursors = new ArrayList<>();
        boolean isOnItsWay;

        Wish(long first) {
            this.first = first;
        }
    }

    private final RecordFrames frames;
    private final History history;
    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Unsent unsent;
    private final Reader reader;
    private final Map<Long, Wish> wishes = new HashMap<>();
    private final Set<Wish> waiting = new LinkedHashSet<>();
    private final Set<Wish> waitingReaders = new LinkedHashSet<>();
    private int reads;
    private long pages;

    Replay(String chain, History history, Loop loop, ByteBufAllocator allocator, Unsent unsent, Reader reader) {
        this.frames = new RecordFrames(chain);
        this.history = history;
        this.loop = loop;
        this.allocator = allocator;
        this.unsent = unsent;
        this.reader = reader;
    }

    /// Pages read so far.
    long pages() {
        return pages;
    }

    void readFor(Cursor cursor) {
        cursor.reading = true;
        Wish wish = wishes.computeIfAbsent(cursor.next(), Wish::new);
        wish.cursors.add(cursor);
        if (!wish.isOnItsWay) {
            (isReader(cursor) ? waitingReaders : waiting).add(wish);
        }
        goOn();
    }

    private static boolean isReader(Cursor cursor) {
        return cursor.outlet.taken() > TAKEN_BY_READERS;
    }

    /// Reads for those that wait, as far as there is room for what comes of it.
    void goOn() {
        while (reads < READS_MAX && !unsent.isFull()) {
            Set<Wish> queue = waitingReaders.isEmpty() && !unsent.isHigh() ? waiting : waitingReaders;
            if (queue.isEmpty()) {
                return;
            }
            Wish wish = queue.iterator().next();
            waiting.remove(wish);
            waitingReaders.remove(wish);
            read(wish);
        }
    }

    private void read(Wish wish) {
        if (wish.cursors.stream().allMatch(cursor -> cursor.closed)) {
            wishes.remove(wish.first);
            return;
        }
        wish.isOnItsWay = true;
        reads++;
        Future.succeededFuture(wish.first - 1)
                .compose(after -> history.after(after, PAGE_BYTES_MAX)) // What it throws becomes a failure.
                .onComplete(read -> loop.execute(() -> arrived(wish, read)));
    }

    private void arrived(Wish wish, AsyncResult<History.Page> read) {
        reads--;
        wishes.remove(wish.first);
        wish.cursors.forEach(cursor -> cursor.reading = false);
        List<Cursor> served = new ArrayList<>();
        List<Cursor> others = new ArrayList<>();
        wish.cursors.forEach(cursor -> (isFor(cursor, wish) ? served : others).add(cursor));
        try {
            if (read.failed()) {
                served.forEach(cursor -> reader.unreadable(cursor, read.cause()));
            } else if (!served.isEmpty()) {
                deliver(served, wish.first, read.result());
            }
            others.forEach(reader::outdated);
        } finally {
            goOn(); // Whatever failed: others wait.
        }
    }

    private boolean isFor(Cursor cursor, Wish wish) {
        return !cursor.closed && cursor.next() == wish.first && (isReader(cursor) || !unsent.isHigh());
    }

    private void deliver(List<Cursor> cursors, long first, History.Page page) {
        if (page.lines().isEmpty() || page.firstSeq() != first) {
            // It is durable, or nobody would have told of it: sending anything else would be a gap.
            Exception missing = new IllegalStateException("the store gives no record " + first);
            cursors.forEach(cursor -> reader.unreadable(cursor, missing));
            return;
        }
        pages++;
        reader.page(cursors, encode(first, page.lines()), page.lines().size());
    }

    private ByteBuf encode(long firstSeq, List<byte[]> lines) {
        long seq = firstSeq;
        int size = 0;
        for (byte[] line : lines) {
            size = Math.addExact(size, frames.prepare(seq++, line.length));
        }
        ByteBuf encoded = allocator.directBuffer(size);
        seq = firstSeq;
        for (byte[] line : lines) {
            frames.prepare(seq++, line.length);
            encoded.writeBytes(frames.head(), 0, frames.headLength())
                    .writeBytes(line)
                    .writeBytes(RecordFrames.TAIL);
        }
        return encoded;
    }
}

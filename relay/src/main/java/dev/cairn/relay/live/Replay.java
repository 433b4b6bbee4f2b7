package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the store for subscribers that are behind the ring: a few at a time, one page each, first come first
/// served. While [Unsent] is high it reads only for those that are known to take what they get.
final class Replay {

    static final int PAGE_BYTES_MAX = 64 * 1024;

    private static final int READS_MAX = 4;

    /// Who has taken more than the system's buffers hold does read.
    private static final int TAKEN_BY_READERS = 8 * 1024 * 1024;

    /// What becomes of a page.
    interface Reader {

        /// The frames of `count` records that follow the cursor; `count` is positive.
        void page(Cursor cursor, ByteBuf frames, int count);

        void unreadable(Cursor cursor, Throwable cause);

        /// Nothing came of it, look again: it had left, or subscribed anew.
        void outdated(Cursor cursor);
    }

    private final RecordFrames frames;
    private final History history;
    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Unsent unsent;
    private final Reader reader;
    private final Deque<Cursor> waiting = new ArrayDeque<>();
    private final Deque<Cursor> waitingReaders = new ArrayDeque<>();
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
        (cursor.outlet.taken() > TAKEN_BY_READERS ? waitingReaders : waiting).add(cursor);
        goOn();
    }

    /// Reads for those that wait, as far as there is room for what comes of it.
    void goOn() {
        for (Cursor cursor = next(); cursor != null; cursor = next()) {
            if (!cursor.closed) {
                read(cursor);
            }
        }
    }

    private void read(Cursor cursor) {
        int subscription = cursor.subscription;
        reads++;
        Future.succeededFuture(cursor.next() - 1)
                .compose(after -> history.after(after, PAGE_BYTES_MAX)) // What it throws becomes a failure.
                .onComplete(read -> loop.execute(() -> arrived(cursor, subscription, read)));
    }

    private @Nullable Cursor next() {
        if (reads == READS_MAX || unsent.isFull()) {
            return null;
        }
        Cursor reader = waitingReaders.poll();
        return reader == null && !unsent.isHigh() ? waiting.poll() : reader;
    }

    private void arrived(Cursor cursor, int subscription, AsyncResult<History.Page> read) {
        reads--;
        cursor.reading = false;
        try {
            if (cursor.closed || cursor.subscription != subscription) {
                reader.outdated(cursor);
            } else if (read.failed()) {
                reader.unreadable(cursor, read.cause());
            } else {
                deliver(cursor, read.result());
            }
        } finally {
            goOn(); // Whatever failed: others wait.
        }
    }

    private void deliver(Cursor cursor, History.Page page) {
        if (page.lines().isEmpty() || page.firstSeq() != cursor.next()) {
            // It is durable, or nobody would have told of it: sending anything else would be a gap.
            reader.unreadable(cursor, new IllegalStateException("the store gives no record " + cursor.next()));
            return;
        }
        pages++;
        reader.page(cursor, encode(page.firstSeq(), page.lines()), page.lines().size());
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

package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Reads the store for subscribers that are behind the ring: a few at a time, one page each, first come first
/// served.
final class Replay {

    static final int PAGE_BYTES_MAX = 64 * 1024;

    private static final int READS_MAX = 4;

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
    private final Reader reader;
    private final Deque<Cursor> waiting = new ArrayDeque<>();
    private int reads;
    private long pages;

    Replay(String chain, History history, Loop loop, ByteBufAllocator allocator, Reader reader) {
        this.frames = new RecordFrames(chain);
        this.history = history;
        this.loop = loop;
        this.allocator = allocator;
        this.reader = reader;
    }

    /// Pages read so far.
    long pages() {
        return pages;
    }

    void readFor(Cursor cursor) {
        cursor.reading = true;
        waiting.add(cursor);
        startReads();
    }

    private void startReads() {
        while (reads < READS_MAX && !waiting.isEmpty()) {
            Cursor cursor = waiting.remove();
            int subscription = cursor.subscription;
            reads++;
            Future.succeededFuture(cursor.next() - 1)
                    .compose(after -> history.after(after, PAGE_BYTES_MAX)) // What it throws becomes a failure.
                    .onComplete(read -> loop.execute(() -> arrived(cursor, subscription, read)));
        }
    }

    private void arrived(Cursor cursor, int subscription, AsyncResult<History.Page> read) {
        reads--;
        cursor.reading = false;
        if (cursor.closed || cursor.subscription != subscription) {
            reader.outdated(cursor);
        } else if (read.failed()) {
            reader.unreadable(cursor, read.cause());
        } else {
            deliver(cursor, read.result());
        }
        startReads();
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

package dev.cairn.relay.chain;

import dev.cairn.relay.chain.OffsetIndex.Position;
import dev.cairn.relay.chain.OffsetIndex.Span;
import dev.cairn.relay.live.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Records out of the log, for subscribers that are behind the ring. Reads on worker threads, never past the
/// durable end.
///
/// Begins at the nearest entry of the index, or where an earlier page ended, which is where the next one of
/// the same subscriber begins.
public final class LogHistory implements History {

    private static final int BOOKMARKS_MAX = 256;

    private final Vertx vertx;
    private final FileChannel log;
    private final OffsetIndex index;
    private final Bookmarks bookmarks = new Bookmarks();

    LogHistory(Vertx vertx, FileChannel log, OffsetIndex index) {
        this.vertx = vertx;
        this.log = log;
        this.index = index;
    }

    @Override
    public Future<Page> after(long cursor, int bytesMax) {
        if (cursor >= index.end().count()) {
            return Future.succeededFuture(
                    new Page(cursor + 1, List.of(), index.end().offset()));
        }
        Promise<Void> known = ((ContextInternal) vertx.getOrCreateContext()).promise();
        index.whenKnown(cursor + 1, known);
        return known.future().compose(_ -> vertx.executeBlocking(() -> read(cursor, bytesMax), false));
    }

    private Page read(long cursor, int bytesMax) throws IOException {
        Span span = bookmarks.nearest(index.spanOf(cursor + 1), cursor);
        LogLines lines = new LogLines(log, span);
        long seq = span.from().count();
        while (seq <= cursor && lines.nextRecord()) {
            seq++;
        }
        if (seq <= cursor) {
            throw new IOException("record " + (cursor + 1) + " is not where the index says");
        }
        List<byte[]> page = new ArrayList<>();
        long bytes = 0;
        long end;
        do {
            page.add(lines.copy());
            bytes += lines.length();
            end = lines.end();
        } while (lines.nextRecord() && bytes + lines.length() <= bytesMax);
        bookmarks.add(new Position(cursor + page.size(), end));
        return new Page(cursor + 1, page, end);
    }

    /// Where pages ended lately.
    private static final class Bookmarks {

        private final Map<Long, Position> byCount = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Position> eldest) {
                return size() > BOOKMARKS_MAX;
            }
        };

        synchronized void add(Position position) {
            byCount.put(position.count(), position);
        }

        synchronized Span nearest(Span span, long cursor) {
            Position mark = byCount.get(cursor);
            return mark == null ? span : new Span(mark, span.to(), span.holes());
        }
    }
}

package dev.cairn.relay.stream;

import dev.cairn.relay.live.History;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A store in memory, read from another thread as a file would be.
final class MemoryLog implements History {

    private final List<byte[]> lines = new ArrayList<>();

    synchronized long add(List<String> added) {
        added.forEach(line -> lines.add(line.getBytes(StandardCharsets.UTF_8)));
        return lines.size();
    }

    @Override
    public Future<Page> after(long cursor, int bytesMax) {
        Promise<Page> page = Promise.promise();
        Thread.ofVirtual().start(() -> page.complete(read(cursor, bytesMax)));
        return page.future();
    }

    private synchronized Page read(long cursor, int bytesMax) {
        List<byte[]> page = new ArrayList<>();
        int bytes = 0;
        for (byte[] line : lines.subList((int) cursor, lines.size())) {
            bytes += line.length;
            if (bytes > bytesMax && !page.isEmpty()) {
                break;
            }
            page.add(line);
        }
        return new Page(cursor + 1, page, 0);
    }
}

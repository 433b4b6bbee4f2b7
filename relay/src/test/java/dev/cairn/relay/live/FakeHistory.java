package dev.cairn.relay.live;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A store in memory that takes its time.
final class FakeHistory implements History {

    private final Loop loop;
    private final List<byte[]> lines = new ArrayList<>();
    private int reads;
    private boolean broken;
    private boolean lost;

    FakeHistory(Loop loop) {
        this.loop = loop;
    }

    @Override
    public Future<Page> after(long cursor, int bytesMax) {
        reads++;
        if (broken) {
            throw new IllegalStateException("broken");
        }
        Promise<Page> page = Promise.promise();
        loop.execute(() -> page.complete(lost ? new Page(cursor + 1, List.of(), 0) : read(cursor, bytesMax)));
        return page.future();
    }

    void append(int count) {
        for (int i = 0; i < count; i++) {
            long seq = newest() + 1;
            lines.add(("{\"n\":" + seq + ",\"pad\":\"" + "p".repeat((int) (seq * 7919 % 3000)) + "\"}")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    /// One record of so many bytes, and a few.
    void appendLarge(int bytes) {
        long seq = newest() + 1;
        lines.add(("{\"n\":" + seq + ",\"pad\":\"" + "p".repeat(bytes) + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    long newest() {
        return lines.size();
    }

    byte[] line(long seq) {
        return lines.get((int) seq - 1);
    }

    int reads() {
        return reads;
    }

    void breakDown() {
        broken = true;
    }

    void loseEverything() {
        lost = true;
    }

    private Page read(long cursor, int bytesMax) {
        List<byte[]> page = new ArrayList<>();
        int bytes = 0;
        for (long seq = cursor + 1; seq <= newest(); seq++) {
            bytes += line(seq).length;
            if (bytes > bytesMax && !page.isEmpty()) {
                break;
            }
            page.add(line(seq));
        }
        return new Page(cursor + 1, page, 0);
    }
}

package dev.cairn.relay.live;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;

/// Reads into the [Ring] what it was only told of, when somebody has come to its end. So those who kept up stay
/// together, where a [Replay] would read for each that stands elsewhere.
final class Refill {

    private static final int PAGE_BYTES_MAX = 256 * 1024;

    private final Ring ring;
    private final History history;
    private final Loop loop;
    private final Runnable then;
    private boolean reading;
    private boolean wanted;
    private boolean closed;
    private long pages;

    /// @param then what is to happen whenever the ring has got something
    Refill(Ring ring, History history, Loop loop, Runnable then) {
        this.ring = ring;
        this.history = history;
        this.loop = loop;
        this.then = then;
    }

    /// Pages read so far.
    long pages() {
        return pages;
    }

    /// Somebody can take what follows the ring's last record.
    void want() {
        wanted = true;
        if (!reading) {
            reading = true;
            long after = ring.last();
            Future.succeededFuture()
                    .compose(_ -> history.after(after, PAGE_BYTES_MAX)) // What it throws becomes a failure.
                    .onComplete(read -> loop.execute(() -> arrived(read)));
        }
    }

    /// Begins the ring anew where nobody has wanted what it lacks since the last call.
    void giveUpUnwanted() {
        if (!wanted && ring.last() < ring.newest()) {
            ring.skip();
        }
        wanted = reading;
    }

    /// Nothing is added any more.
    void close() {
        closed = true;
    }

    private void arrived(AsyncResult<History.Page> read) {
        reading = false;
        if (closed) {
            return;
        }
        if (read.failed() || read.result().lines().isEmpty()) {
            ring.skip(); // Each reads for itself, and hears what is wrong.
        } else {
            pages++;
            long seq = read.result().firstSeq();
            for (byte[] line : read.result().lines()) {
                ring.add(seq++, line, 0, line.length);
            }
        }
        then.run();
    }
}

package dev.cairn.relay.chain;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a checkpoint now and then and at the end, on a thread of its own: its syncs must not delay a commit.
final class Checkpoints {

    private static final long GROWTH_BYTES = 64L * 1024 * 1024;
    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS =
            TimeUnit.SECONDS.toNanos(25); // Less than a beat: an idle relay writes one too.

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final CheckpointFile file;
    private final WorkerExecutor thread;
    private final Clocks clocks;
    private long lastOffset = -1;
    private long lastNanos;
    private boolean writing;

    /// @param atOnce whether the first commit makes the one in the file untrue
    Checkpoints(CheckpointFile file, Vertx vertx, Clocks clocks, boolean atOnce) {
        this.file = file;
        this.thread = vertx.createSharedWorkerExecutor("cairn-checkpoint", 1);
        this.clocks = clocks;
        this.lastNanos = clocks.nanoTime().getAsLong() - (atOnce ? LONGEST_NANOS : 0);
    }

    /// Takes a checkpoint behind the last commit, which got in whole, if it is time for one.
    void afterCommit(Committer committer) {
        long now = clocks.nanoTime().getAsLong();
        long elapsed = now - lastNanos;
        long grown = committer.store().size() - lastOffset;
        if (!writing && (grown >= GROWTH_BYTES && elapsed >= SHORTEST_NANOS || elapsed >= LONGEST_NANOS)) {
            lastNanos = now;
            write(committer.checkpoint()).onComplete(_ -> writing = false);
        }
    }

    /// Takes the last one. Completes when it is durable, or has failed, which only makes the next start slower.
    Future<?> last(Checkpoint checkpoint) {
        return write(checkpoint).transform(_ -> Future.succeededFuture());
    }

    Future<Void> close() {
        return thread.close();
    }

    private Future<?> write(Checkpoint checkpoint) {
        writing = true;
        lastOffset = checkpoint.state().offset();
        return thread.executeBlocking(
                        () -> {
                            file.write(checkpoint);
                            return checkpoint;
                        },
                        false)
                .onFailure(failure ->
                        LOG.atWarn().setCause(failure).log("checkpoint not written; the next start reads more"));
    }
}

package dev.cairn.loadtest;

import dev.cairn.protocol.file.WrittenPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/// The [BaselineServer]'s second thread: writes a buffer and syncs it, one at a time.
final class BaselineCommitter implements AutoCloseable {

    private final FileChannel file;
    private final WrittenPages pages;
    private final Runnable whenCommitted;
    private final SynchronousQueue<BaselineFill> work = new SynchronousQueue<>();
    private final Semaphore done = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("committer").daemon().unstarted(this::run);
    private volatile @Nullable BaselineFill committed;

    BaselineCommitter(FileChannel file, WrittenPages pages, Runnable whenCommitted) {
        this.file = file;
        this.pages = pages;
        this.whenCommitted = whenCommitted;
    }

    void start() {
        thread.start();
    }

    /// Hands `fill` over; it comes back by [#committed].
    void commit(BaselineFill fill) throws IOException {
        done.drainPermits();
        try {
            work.put(fill);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /// Waits until what was handed over is on disk.
    void await() throws IOException {
        try {
            done.acquire();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /// What is on disk now and was not yet taken, or `null`.
    @Nullable
    BaselineFill committed() {
        BaselineFill fill = committed;
        if (fill != null) {
            committed = null;
        }
        return fill;
    }

    @Override
    public void close() {
        thread.interrupt();
        pages.close();
    }

    private void run() {
        try {
            while (true) {
                BaselineFill fill = work.take();
                ByteBuffer bytes = fill.toWrite();
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(false);
                pages.grewTo(file.size());
                committed = fill;
                done.release();
                whenCommitted.run();
            }
        } catch (InterruptedException | ClosedChannelException _) {
            Thread.currentThread().interrupt(); // Closed.
        } catch (IOException e) {
            System.err.println("the baseline cannot write: " + e.getMessage());
            System.exit(1);
        }
    }
}

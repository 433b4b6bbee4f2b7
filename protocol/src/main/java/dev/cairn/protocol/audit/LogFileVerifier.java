package dev.cairn.protocol.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// Verifies the log in a file with several threads: blocks of whole lines are checked in parallel, then put
/// in their place one after the other. The verdict is that of [AuditVerifier].
///
/// Memory is a few blocks, whatever the size of the file. What is appended meanwhile is read too, up to where
/// the end is met.
public final class LogFileVerifier {

    private static final int BLOCK = 256 * 1024;

    private final Path file;
    private final int threads;

    /// @param threads that check lines, besides the calling one, which reads and links
    public LogFileVerifier(Path file, int threads) {
        this.file = file;
        this.threads = threads;
    }

    /// Reads the file from `from` on to its end.
    ///
    /// @param progress is told now and then up to which offset the file is verified
    public LogVerdict verify(LogState from, LogListener listener, LongConsumer progress)
            throws IOException, InterruptedException {
        var verifier = new AuditVerifier(from, listener);
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ);
                ExecutorService checkers = Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("verify-", 0).daemon().factory())) {
            log.position(from.offset());
            new Run(verifier, log, checkers, progress).run();
        }
        return verifier.verdict();
    }

    /// Lines that one thread checks at a time.
    private static final class Block {

        private final byte[] bytes = new byte[BLOCK];
        private final LineChecker checker = new LineChecker();
        private final CheckedLines lines = new CheckedLines();

        /// Where the lines end that are whole.
        private int complete;

        private int checked;

        private Block check() {
            checked = checker.check(bytes, 0, complete, lines);
            return this;
        }
    }

    /// One way through the file; the calling thread owns it.
    private final class Run {

        private final AuditVerifier verifier;
        private final FileChannel log;
        private final ExecutorService checkers;
        private final LongConsumer progress;
        private final Deque<Block> idle = new ArrayDeque<>();
        private final Deque<Future<Block>> busy = new ArrayDeque<>();

        Run(AuditVerifier verifier, FileChannel log, ExecutorService checkers, LongConsumer progress) {
            this.verifier = verifier;
            this.log = log;
            this.checkers = checkers;
            this.progress = progress;
            for (int i = 0; i < threads + 2; i++) {
                idle.add(new Block());
            }
        }

        void run() throws IOException, InterruptedException {
            Block block = idle.remove();
            int size = fill(block, 0);
            while (size > 0 && !verifier.isHopeless()) {
                block.complete = AuditVerifier.behindLastNewline(block.bytes, 0, size);
                Block next = idle.isEmpty() ? settleOldest() : idle.remove();
                int rest = size - block.complete;
                boolean atEnd = size < BLOCK;
                boolean longLine = !atEnd && rest == BLOCK;
                if (longLine || atEnd || !verifier.isBetweenLines()) {
                    settleAll();
                    verifier.accept(block.bytes, 0, longLine || atEnd ? size : block.complete);
                    rest = longLine || atEnd ? 0 : rest;
                    System.arraycopy(block.bytes, size - rest, next.bytes, 0, rest);
                    idle.add(block);
                } else {
                    System.arraycopy(block.bytes, size - rest, next.bytes, 0, rest);
                    busy.add(checkers.submit(block::check));
                }
                block = next;
                size = fill(block, rest);
            }
            settleAll();
        }

        /// Reads behind what is in the block already; returns how many bytes are in it, fewer than fit at the
        /// end of the file only.
        private int fill(Block block, int from) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(block.bytes);
            buffer.position(from);
            while (buffer.hasRemaining() && log.read(buffer) >= 0) {
                progress.accept(log.position());
            }
            return buffer.position();
        }

        private void settleAll() throws InterruptedException {
            while (!busy.isEmpty()) {
                idle.add(settleOldest());
            }
        }

        private Block settleOldest() throws InterruptedException {
            try {
                Block block = busy.remove().get();
                verifier.take(block.lines);
                verifier.accept(
                        block.bytes, block.checked, block.complete); // Very short lines are too many for one go.
                return block;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause()); // Checking a line cannot fail, whatever is in it.
            }
        }
    }
}

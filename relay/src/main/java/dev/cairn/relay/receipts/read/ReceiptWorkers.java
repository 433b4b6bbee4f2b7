package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.protocol.receipt.verify.ReceiptReading;
import dev.cairn.protocol.receipt.verify.SignatureShortcut;
import dev.cairn.protocol.receipt.verify.UnreadableReceipt;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads receipts and checks their signatures on all cores: nearly all the work of verifying, and no receipt's depends
/// on another's.
final class ReceiptWorkers implements AutoCloseable {

    private static final int WORKERS_MAX = 16;

    private final List<ReceiptReader> readers = new ArrayList<>();

    /// Of nothing where it does not load, or for few receipts.
    private volatile CompletableFuture<Optional<Provider>> accelerator =
            CompletableFuture.completedFuture(Optional.empty());
    private final ExecutorService threads;

    ReceiptWorkers() {
        int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, WORKERS_MAX);
        for (int i = 0; i < count; i++) {
            readers.add(new ReceiptReader());
        }
        threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("verify-", 0).factory());
    }

    /// Goes faster, if it can. Not worth it for a few receipts.
    ///
    /// The workers wait for it: what Bouncy Castle would check meanwhile is not worth having it compiled.
    void accelerate() {
        accelerator = CompletableFuture.supplyAsync(
                NativeShortcut::load,
                load -> Thread.ofPlatform().daemon().name("verify-load").start(load));
    }

    /// Begins to read rows, one batch at a time.
    ///
    /// @param key which has probably signed them: whether it has is known when the batch is done
    Batch start(List<StoredRow> rows, Ed25519PublicKey key) {
        List<Future<List<ReceiptReading>>> parts = new ArrayList<>();
        for (int i = 0; i < readers.size(); i++) {
            ReceiptReader reader = readers.get(i);
            List<StoredRow> part =
                    rows.subList(rows.size() * i / readers.size(), rows.size() * (i + 1) / readers.size());
            parts.add(threads.submit(() -> read(reader, part, key)));
        }
        return new Batch(parts);
    }

    /// Rows that are being read.
    record Batch(List<Future<List<ReceiptReading>>> parts) {

        /// What they turned out to be, in their order.
        List<ReceiptReading> await() throws InterruptedException {
            List<ReceiptReading> readings = new ArrayList<>();
            for (Future<List<ReceiptReading>> part : parts) {
                try {
                    readings.addAll(part.get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
            return readings;
        }
    }

    static ReceiptReading read(ReceiptReader reader, StoredRow row) {
        byte[] text = row.sharedText();
        if (text == null) {
            return new UnreadableReceipt(
                    row.textBytes() > 0 ? "is too long, with " + row.textBytes() + " bytes" : "has no text");
        }
        return reader.read(text);
    }

    private List<ReceiptReading> read(ReceiptReader reader, List<StoredRow> rows, Ed25519PublicKey key) {
        SignatureShortcut shortcut = rows.isEmpty()
                ? SignatureShortcut.NONE
                : accelerator
                        .join()
                        .flatMap(loaded -> NativeShortcut.of(loaded, key))
                        .orElse(SignatureShortcut.NONE);
        List<ReceiptReading> readings = new ArrayList<>(rows.size());
        for (StoredRow row : rows) {
            ReceiptReading reading = read(reader, row);
            if (reading instanceof ReadReceipt receipt) {
                receipt.isSignedBy(key, shortcut); // It remembers.
            }
            readings.add(reading);
        }
        return readings;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.verify.ChainExpectations;
import dev.cairn.protocol.receipt.verify.ChainVerifier;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptFault;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.protocol.receipt.verify.ReceiptReading;
import dev.cairn.protocol.receipt.verify.TrustedKeys;
import dev.cairn.relay.receipts.read.ReceiptWorkers.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Verifies the chains of a store in constant memory (`specs/receipts.md` 3.12, 6.5).
public final class StoreVerifier implements AutoCloseable {

    private static final int ROWS = 512;

    /// A page ends behind the row that reaches this, so it holds one row of the largest size and little else.
    private static final long BYTES = ReceiptQueries.TEXT_MAX;

    private static final int FAULTS_SHOWN = 20;

    /// From here on it pays to load a faster library.
    private static final long MANY = 10_000;

    private final ReceiptDatabase database;
    private final TrustedKeys keys;
    private final ReceiptWorkers workers = new ReceiptWorkers();
    private final ReceiptReader reader = new ReceiptReader();

    private StoreVerifier(ReceiptDatabase database, TrustedKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /// A verifier that has learned which keys took over from which.
    ///
    /// @param archives the keys that were rotated away
    public static StoreVerifier of(
            ReceiptDatabase database, Ed25519PublicKey published, List<Ed25519PublicKey> archives)
            throws UnreadableDatabaseException {
        TrustedKeys keys = new TrustedKeys(published, archives);
        StoreVerifier verifier = new StoreVerifier(database, keys);
        if (!archives.isEmpty()) {
            verifier.learnRotations();
        }
        if (database.count() >= MANY) {
            verifier.workers.accelerate();
        }
        return verifier;
    }

    /// Verifies one chain.
    ///
    /// @param expectations what its length and end must be, as far as somebody knows
    /// @param progress told how many receipts of this chain are done
    public ChainReport verify(StoredChain chain, ChainExpectations expectations, LongConsumer progress)
            throws UnreadableDatabaseException, InterruptedException {
        return verify(chain, expectations, progress, (_, _, _) -> {});
    }

    /// Verifies one chain and tells of each receipt.
    ///
    /// @param listener told of each receipt, in order
    public ChainReport verify(
            StoredChain chain, ChainExpectations expectations, LongConsumer progress, ReceiptListener listener)
            throws UnreadableDatabaseException, InterruptedException {
        List<StoredRow> rows = database.page(chain, null, ROWS, BYTES);
        Ed25519PublicKey genesis =
                rows.isEmpty() ? keys.published() : keys.genesisOf(ReceiptWorkers.read(reader, rows.getFirst()));
        ChainVerifier verifier = new ChainVerifier(chain.text(), genesis);
        List<ReceiptFault> faults = new ArrayList<>();
        while (!rows.isEmpty()) {
            Batch batch = workers.start(rows, verifier.activeKey());
            List<StoredRow> next = database.page(chain, rows.getLast(), ROWS, BYTES); // While the workers work.
            check(verifier, rows, batch.await(), faults, listener);
            progress.accept(verifier.verdict().length());
            rows = next;
        }
        return report(chain, verifier, genesis, faults, expectations);
    }

    private static void check(
            ChainVerifier verifier,
            List<StoredRow> rows,
            List<ReceiptReading> readings,
            List<ReceiptFault> faults,
            ReceiptListener listener) {
        for (int i = 0; i < rows.size(); i++) {
            ReceiptReading reading = readings.get(i);
            String problem =
                    reading instanceof ReadReceipt receipt ? rows.get(i).contradiction(receipt) : null;
            ReceiptFault fault = verifier.next(reading, problem);
            if (fault != null && faults.size() < FAULTS_SHOWN) {
                faults.add(fault);
            }
            listener.checked(rows.get(i), reading, fault);
        }
    }

    private ChainReport report(
            StoredChain chain,
            ChainVerifier verifier,
            Ed25519PublicKey genesis,
            List<ReceiptFault> faults,
            ChainExpectations expectations) {
        var verdict = verifier.verdict();
        List<String> complaints = new ArrayList<>(expectations.missedBy(verdict));
        boolean isArchived = !genesis.equals(keys.published());
        if (isArchived && !keys.leadsToPublished(verdict.lastKey())) {
            complaints.add(
                    "it ends with an archived key, from which no rotation in this store leads to the published one");
        }
        return new ChainReport(chain.text(), verdict, faults, complaints, isArchived);
    }

    private void learnRotations() throws UnreadableDatabaseException {
        StoredRow last = null;
        do {
            List<StoredRow> rows = database.rotations(last, ROWS, BYTES);
            rows.stream()
                    .map(row -> ReceiptWorkers.read(reader, row))
                    .filter(ReadReceipt.class::isInstance)
                    .forEach(receipt -> keys.learn((ReadReceipt) receipt));
            last = lastOf(rows);
        } while (last != null);
    }

    /// The fingerprint of a key that signed before a rotation and is not at hand: neither published nor
    /// archived. Null for none. It is the store's word: it may explain a failure, and proves nothing.
    public @Nullable String missingKey() throws UnreadableDatabaseException {
        StoredRow last = null;
        do {
            List<StoredRow> rows = database.rotations(last, ROWS, BYTES);
            for (StoredRow row : rows) {
                if (ReceiptWorkers.read(reader, row) instanceof ReadReceipt receipt
                        && receipt.rotation() != null
                        && !keys.isGiven(receipt.rotation().oldKeyFingerprint())) {
                    return receipt.rotation().oldKeyFingerprint();
                }
            }
            last = lastOf(rows);
        } while (last != null);
        return null;
    }

    private static @Nullable StoredRow lastOf(List<StoredRow> rows) {
        return rows.isEmpty() ? null : rows.getLast();
    }

    @Override
    public void close() {
        workers.close();
    }
}

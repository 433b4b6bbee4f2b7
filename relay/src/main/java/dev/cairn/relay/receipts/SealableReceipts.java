package dev.cairn.relay.receipts;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.protocol.seal.ChainHeads;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.receipts.ChangedChains.Row;
import dev.cairn.relay.receipts.ChangedChains.Stretch;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store of receipts as it is sealed: which chains have changed, and that it still holds what was stored
/// (`specs/receipts.md` 6.7).
///
/// The single writer tells of what has become durable; a seal then costs one look-up for each chain that has changed.
/// What was stored while nobody told of it, and what was too much to remember, is read from the store, a bounded piece
/// for each seal: such a seal says how the store was when it had that many receipts.
final class SealableReceipts implements Sealable {

    /// Rows that are read for one seal.
    static final int ROWS_MAX = 65_536;

    /// What anybody may hear: names of chains are for the log.
    private static final String TROUBLE = "the receipts cannot be sealed; the relay's log says why";

    private static final Logger LOG = LoggerFactory.getLogger(SealableReceipts.class);

    private final Path db;
    private final ChangedChains changed = new ChangedChains();
    private boolean recovered;

    /// `null` until the store is open.
    private volatile @Nullable Owner owner;

    /// Who tells the receipts of this relay, whichever of its keys signed them.
    interface Owner {

        TailCheck check(Tails tails) throws IOException;
    }

    SealableReceipts(Path db) {
        this.db = db;
    }

    /// Finds out, before anything is appended, what is not sealed yet: once, however often the store behind
    /// it is opened in vain. Blocking; for the thread that opens the store.
    ///
    /// @param last the newest seal; `null` if there is none
    /// @throws ReceiptsRefusedException if the store is not the one that was sealed
    SealableReceipts recover(@Nullable Seal last) {
        if (recovered) {
            return this;
        }
        List<ChainHead> heads =
                last == null || last.heads() == null ? List.of() : last.heads().all();
        long sealed = last == null ? 0 : last.payload().count();
        try {
            if (!SealedRows.isThere(db)) {
                refuseUnless(sealed == 0, "expected " + sealed + ", found none");
            } else {
                try (SealedRows rows = SealedRows.open(db)) {
                    begin(rows, heads, sealed);
                    catchUp(rows);
                }
            }
            recovered = true;
            return this;
        } catch (SQLException e) {
            throw new ReceiptsRefusedException(
                    db, "cannot be compared with its seals: " + e.getMessage(), "Check the file and the disk.", e);
        }
    }

    private void begin(SealedRows rows, List<ChainHead> heads, long sealed) throws SQLException {
        Row newest = null;
        long place = Long.MIN_VALUE;
        for (ChainHead head : heads) {
            SealedRows.Row row = rows.find(head.chainId(), head.sequence());
            String difference =
                    difference(head.chainId(), head.sequence(), head.hash().text(), row);
            refuseUnless(difference == null, String.valueOf(difference));
            if (row != null && row.rowid() > place) {
                place = row.rowid();
                newest = new Row(head.chainId(), head.sequence(), head.hash().text());
            }
        }
        long count = rows.count();
        long found = newest == null ? 0 : count - rows.countBehind(place);
        refuseUnless(found == sealed, "expected " + sealed + " up to the newest that is sealed, found " + found);
        changed.begin(count, sealed, newest);
    }

    private void refuseUnless(boolean asSealed, String difference) {
        if (!asSealed) {
            throw new ReceiptsRefusedException(
                    db,
                    "these are not the receipts that were sealed: " + difference + ".",
                    "Receipts were taken away or replaced, or the seals beside them are of others. Find out what happened"
                            + " first: cairn receipts verify. To go on all the same, rotate the key of the seals (cairn"
                            + " keys rotate --ring receipts), and move receipts.seals.jsonl and receipts.witnesses.jsonl"
                            + " aside, but keep them: sealing begins anew.");
        }
    }

    /// The store is open, the ends of its chains are verified: from now on it can be sealed.
    void opened(Owner ownerOfStore) {
        owner = ownerOfStore;
    }

    /// These have become durable, in this order.
    void stored(List<SignedReceipt> receipts) {
        storedRows(receipts.stream()
                .map(receipt -> new Row(
                        receipt.chainId(), receipt.sequence(), receipt.receipt().hash()))
                .toList());
    }

    void storedRows(List<Row> rows) {
        changed.stored(rows);
    }

    @Override
    public SealedStore store() {
        return SealedStore.RECEIPTS;
    }

    @Override
    public long count() {
        return changed.stored();
    }

    @Override
    public Optional<String> refusal() {
        return owner == null ? Optional.of("the receipts are not open") : Optional.empty();
    }

    /// The same count must not get another tip.
    @Override
    public boolean mayRepeat() {
        return false;
    }

    @Override
    public boolean isPressing() {
        return changed.isBehind();
    }

    @Override
    public Future<Draft> draft() {
        Owner ours = owner;
        if (ours == null) {
            return Future.failedFuture("the receipts are not open");
        }
        try (SealedRows rows = SealedRows.open(db);
                Tails tails = Tails.open(db)) {
            catchUp(rows);
            Stretch stretch = changed.stretch();
            ChainHeads heads = heads(rows, stretch, ours.check(tails));
            return Future.succeededFuture((before, now, key) -> before.next(heads, stretch.count(), now, key));
        } catch (SQLException | IOException | IllegalArgumentException e) {
            LOG.atError().addKeyValue("reason", e.getMessage()).log("the receipts cannot be sealed");
            return Future.failedFuture(TROUBLE);
        }
    }

    /// What of the stretch is to be sealed: the store still holds it, and this relay signed it. Others may
    /// have written to the store while nobody looked.
    private static ChainHeads heads(SealedRows rows, Stretch stretch, TailCheck owner) throws SQLException {
        List<ChainHead> heads = new ArrayList<>();
        for (Row row : stretch.rows()) {
            SealedRows.Row found = rows.find(row.chainId(), row.sequence());
            String difference = difference(row.chainId(), row.sequence(), row.hash(), found);
            if (difference != null) {
                throw new SQLException("they are not those that were stored: " + difference);
            }
            String foreign = owner.problemAt(row.chainId(), row.sequence());
            if (foreign != null) {
                throw new SQLException("receipt " + row.sequence() + " of chain " + row.chainId() + " " + foreign);
            }
            heads.add(new ChainHead(row.chainId(), row.sequence(), new Hash(row.hash())));
        }
        return ChainHeads.of(heads);
    }

    @Override
    public void sealed(Seal seal) {
        changed.sealed(seal.heads() == null ? List.of() : seal.heads().all());
    }

    /// Reads what the stretch does not reach, as far as there is room.
    private void catchUp(SealedRows rows) throws SQLException {
        long left = ROWS_MAX;
        while (left > 0 && changed.isBehind() && !changed.isFull()) {
            long read = RowsBehind.read(rows, changed, (int) left);
            if (read == 0 && !changed.isFull()) {
                throw new SQLException("there are fewer than were stored");
            }
            left -= read;
        }
    }

    private static @Nullable String difference(
            String chainId, long sequence, String hash, SealedRows.@Nullable Row found) {
        if (found != null && hash.equals(found.hash())) {
            return null;
        }
        return "expected receipt " + sequence + " of chain " + chainId + " with " + hash + ", found "
                + (found == null ? "no such receipt" : found.hash());
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.seal.ChainHead;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which chains of the store have changed since it was last sealed, and where each of them ends: as many as a seal
/// names.
///
/// Rows count in the order in which they were stored. These chains are those of a stretch of rows that begins behind
/// the newest seal. What comes when there is room for no further chain stays behind, and is read from the store once
/// these are sealed. Thread-safe.
final class ChangedChains {

    /// Chains that one seal names.
    static final int CHAINS_MAX = 1_024;

    /// Characters of their ids together, unless one alone has more: a seal has to fit in a line that is read.
    static final int ID_CHARS_MAX = 128 * 1024;

    private final Map<String, Row> rows = new HashMap<>();
    private int idChars;
    private long stored;
    private long covered;
    private @Nullable Row newest;
    private boolean full;

    /// A row of the store: where its chain ends, until a later one comes.
    record Row(String chainId, long sequence, String hash) {

        boolean isOf(ChainHead head) {
            return sequence == head.sequence() && hash.equals(head.hash().text());
        }
    }

    /// The newest row of each chain that has changed, and how many rows there are up to the newest of all.
    record Stretch(List<Row> rows, long count) {}

    /// Where the stretch may go on.
    ///
    /// @param behind its newest row, or the newest that is sealed; `null` if there is none
    /// @param chains for how many more chains there is room
    /// @param idChars how long their ids may be together
    record Room(@Nullable Row behind, int chains, int idChars) {}

    /// Begins with a store of so many rows, the first of which are sealed.
    ///
    /// @param last of those that are sealed; `null` if none is
    synchronized void begin(long count, long sealed, @Nullable Row last) {
        rows.clear();
        idChars = 0;
        full = false;
        stored = count;
        covered = sealed;
        newest = last;
    }

    /// These are in the store now, in this order.
    synchronized void stored(List<Row> more) {
        for (Row row : more) {
            boolean isNext = covered == stored && !full;
            stored++;
            if (isNext) { // Otherwise it was read from the store already, or others before it have to be.
                add(row);
            }
        }
    }

    private void add(Row row) {
        String id = row.chainId();
        if (!rows.containsKey(id)) {
            if (!rows.isEmpty() && (rows.size() >= CHAINS_MAX || idChars + id.length() > ID_CHARS_MAX)) {
                full = true;
                return;
            }
            idChars += id.length();
        }
        rows.put(id, row);
        covered++;
        newest = row;
    }

    synchronized Room room() {
        return new Room(newest, CHAINS_MAX - rows.size(), rows.isEmpty() ? Integer.MAX_VALUE : ID_CHARS_MAX - idChars);
    }

    /// The stretch goes on with rows that were read from the store.
    ///
    /// @param newestOfChains the newest row of each of their chains
    /// @param count how many rows they are
    /// @param last the newest of all
    /// @param isFull whether there was no room for the next one
    synchronized void goOn(Collection<Row> newestOfChains, long count, @Nullable Row last, boolean isFull) {
        for (Row row : newestOfChains) {
            if (rows.put(row.chainId(), row) == null) {
                idChars += row.chainId().length();
            }
        }
        covered += count;
        newest = last == null ? newest : last;
        full = isFull;
    }

    /// Rows that are durable.
    synchronized long stored() {
        return stored;
    }

    /// Whether there are rows that the stretch does not reach.
    synchronized boolean isBehind() {
        return covered < stored;
    }

    synchronized boolean isFull() {
        return full;
    }

    synchronized Stretch stretch() {
        return new Stretch(List.copyOf(rows.values()), covered);
    }

    /// These are sealed; what has changed again since stays.
    synchronized void sealed(Collection<ChainHead> heads) {
        for (ChainHead head : heads) {
            Row row = rows.get(head.chainId());
            if (row != null && row.isOf(head)) {
                rows.remove(head.chainId());
                idChars -= head.chainId().length();
            }
        }
        full = false;
    }
}

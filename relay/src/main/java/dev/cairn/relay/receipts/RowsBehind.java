package dev.cairn.relay.receipts;

import dev.cairn.relay.receipts.ChangedChains.Room;
import dev.cairn.relay.receipts.ChangedChains.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads rows of the store from which nobody has told, as far as there is room for their chains.
final class RowsBehind {

    private final SealedRows rows;
    private final Room room;
    private final Map<String, Long> sequences = new LinkedHashMap<>();
    private int idChars;
    private long count;
    private String lastChain = "";
    private boolean full;

    private RowsBehind(SealedRows rows, Room room) {
        this.rows = rows;
        this.room = room;
    }

    /// Has the stretch go on with at most `max` more rows of the store, and returns how many they are.
    static long read(SealedRows rows, ChangedChains changed, int max) throws SQLException {
        RowsBehind more = new RowsBehind(rows, changed.room());
        Row behind = more.room.behind();
        rows.behind(behind == null ? Long.MIN_VALUE : more.placeOf(behind), max, more::take);
        List<Row> newest = new ArrayList<>();
        Row last = null;
        for (Map.Entry<String, Long> chain : more.sequences.entrySet()) {
            Row row = more.find(chain.getKey(), chain.getValue());
            newest.add(row);
            last = chain.getKey().equals(more.lastChain) ? row : last;
        }
        changed.goOn(newest, more.count, last, more.full);
        return more.count;
    }

    private boolean take(String chainId, long sequence) {
        if (!sequences.containsKey(chainId)) {
            boolean isFirst = sequences.isEmpty() && room.idChars() == Integer.MAX_VALUE;
            long chars = (long) idChars + chainId.length();
            if (sequences.size() >= room.chains()
                    || (!isFirst && chars > Math.min(room.idChars(), ChangedChains.ID_CHARS_MAX))) {
                full = true;
                return false;
            }
            idChars += chainId.length();
        }
        sequences.put(chainId, sequence);
        lastChain = chainId;
        count++;
        return true;
    }

    private long placeOf(Row row) throws SQLException {
        SealedRows.Row found = rows.find(row.chainId(), row.sequence());
        if (found == null) {
            throw new SQLException(
                    "receipt " + row.sequence() + " of chain " + row.chainId() + " is gone from the store");
        }
        return found.rowid();
    }

    private Row find(String chainId, long sequence) throws SQLException {
        SealedRows.Row found = rows.find(chainId, sequence);
        if (found == null || found.hash() == null) {
            throw new SQLException("receipt " + sequence + " of chain " + chainId + " has no hash");
        }
        return new Row(chainId, sequence, found.hash());
    }
}

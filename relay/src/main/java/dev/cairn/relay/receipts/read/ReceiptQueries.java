package dev.cairn.relay.receipts.read;

import java.sql.ResultSet;
import java.sql.SQLException;

/// The questions that are put to a store, and how an answer is read. Text of any length may stand in any
/// row, so none is fetched before its length was asked.
final class ReceiptQueries {

    /// Most bytes of a receipt's text: a frame of 1 MiB makes one of hardly more.
    static final int TEXT_MAX = 2 << 20;

    /// Most bytes of a chain's id; a row with a longer one counts as being in no chain.
    static final int CHAIN_ID_MAX = 4096;

    private static final int COLUMN_MAX = 16 * 1024;

    static final String COUNT = "SELECT count(*) FROM receipts";

    /// How many rows were inserted behind one, up to another. Parameters: both rowids.
    static final String COUNT_BETWEEN = COUNT + " WHERE rowid > ? AND rowid <= ?";

    /// Rows that are in no chain, so that no chain shows them.
    static final String COUNT_STRAYS =
            "SELECT count(*) FROM receipts WHERE typeof(chain_id) <> 'text' OR octet_length(chain_id) > " + CHAIN_ID_MAX
                    + " OR typeof(sequence) <> 'integer'";

    static final String CHAIN_AFTER = "SELECT CAST(chain_id AS BLOB) FROM receipts WHERE typeof(chain_id) = 'text'"
            + " AND octet_length(chain_id) <= " + CHAIN_ID_MAX
            + " AND chain_id COLLATE BINARY > CAST(? AS TEXT) ORDER BY chain_id COLLATE BINARY LIMIT 1";

    /// The chain that follows another and has a receipt of that time or later. Parameters: chain, time.
    static final String CHAIN_SINCE = CHAIN_AFTER.replace(" ORDER BY", " AND timestamp >= ? ORDER BY");

    /// The root chain that was written last.
    static final String NEWEST_ROOT = "SELECT CAST(chain_id AS BLOB) FROM receipts WHERE typeof(chain_id) = 'text'"
            + " AND octet_length(chain_id) <= " + CHAIN_ID_MAX
            + " AND chain_id NOT LIKE '%/agent/%' ORDER BY rowid DESC LIMIT 1";

    private static final String IN_CHAIN =
            " FROM receipts WHERE chain_id COLLATE BINARY = CAST(? AS TEXT) AND typeof(sequence) = 'integer'";
    private static final String IN_ORDER = " ORDER BY sequence, rowid LIMIT ?";

    private final String columns;
    private final String columnsAlone;

    /// @param hasToolName whether the store has the column; those of older writers do not
    ReceiptQueries(boolean hasToolName) {
        columns = select(bounded("receipt_json", TEXT_MAX), hasToolName);
        columnsAlone = select("NULL", hasToolName);
    }

    private static String select(String text, boolean hasToolName) {
        return "SELECT rowid, " + bounded("chain_id", CHAIN_ID_MAX) + ", sequence, octet_length(receipt_json), " + text
                + ", " + bounded("id") + ", " + bounded("action_type") + ", "
                + (hasToolName ? bounded("tool_name") : "NULL") + ", " + bounded("risk_level") + ", "
                + bounded("status") + ", " + bounded("timestamp") + ", " + bounded("issuer_id") + ", "
                + bounded("principal_id") + ", " + bounded("receipt_hash") + ", " + bounded("previous_receipt_hash");
    }

    /// Parameters: chain, most rows.
    String firstPage() {
        return columns + IN_CHAIN + IN_ORDER;
    }

    /// Parameters: chain, sequence and rowid of the last row before, most rows.
    String nextPage() {
        return columns + IN_CHAIN + " AND (sequence, rowid) > (?, ?)" + IN_ORDER;
    }

    /// Rotations in the order of insertion. Parameters: rowid of the last one before, most rows.
    String rotations() {
        return columns + " FROM receipts WHERE action_type = 'agent.key.rotate' AND rowid > ? ORDER BY rowid LIMIT ?";
    }

    /// The row of one sequence. Parameters: chain, sequence.
    String ofSequence() {
        return columns + IN_CHAIN + " AND sequence = ? ORDER BY rowid LIMIT 1";
    }

    /// Parameters: id.
    String ofId() {
        return columns + " FROM receipts WHERE id = ? ORDER BY rowid LIMIT 1";
    }

    /// The last row of a chain. Parameters: chain.
    String last() {
        return columns + IN_CHAIN + " ORDER BY sequence DESC, rowid DESC LIMIT 1";
    }

    /// The rows of one kind of action that were written last. Parameters: action type, most rows.
    String newestOf() {
        return columns + " FROM receipts WHERE action_type = ? ORDER BY rowid DESC LIMIT ?";
    }

    /// The newest rows of all chains, without text. Parameters: most rows.
    String newest() {
        return columnsAlone + " FROM receipts ORDER BY timestamp DESC, sequence DESC, rowid DESC LIMIT ?";
    }

    static StoredRow row(ResultSet row) throws SQLException {
        String chain = row.getString(2);
        return new StoredRow(
                row.getLong(1),
                chain == null ? "" : chain,
                row.getLong(3),
                row.getBytes(5),
                row.getLong(4),
                new StoredColumns(
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getString(11),
                        row.getString(12),
                        row.getString(13),
                        row.getString(14),
                        row.getString(15)));
    }

    private static String bounded(String column) {
        return bounded(column, COLUMN_MAX);
    }

    private static String bounded(String column, int max) {
        return "CASE WHEN octet_length(" + column + ") <= " + max + " THEN " + column + " END";
    }
}

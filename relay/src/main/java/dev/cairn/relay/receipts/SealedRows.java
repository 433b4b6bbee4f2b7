package dev.cairn.relay.receipts;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The store's rows as they are looked at for a seal, each once and by an index, on a connection that only reads and
/// lives as long as the look. Used by one thread.
final class SealedRows implements AutoCloseable {

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private final Connection connection;
    private final PreparedStatement find;

    private SealedRows(Connection connection) throws SQLException {
        this.connection = connection;
        this.find = connection.prepareStatement(
                "SELECT rowid, receipt_hash FROM receipts WHERE chain_id = ? AND sequence = ?");
    }

    /// A receipt in the store; `rowid` grows with the order of insertion.
    record Row(long rowid, @Nullable String hash) {}

    /// What is told of rows behind another, in order.
    interface Reader {

        /// Whether to go on behind this row.
        boolean row(String chainId, long sequence);
    }

    /// Whether the file is a store already.
    static boolean isThere(Path db) throws SQLException {
        try (Connection connection = Sqlite.reader(db, BUSY_TIMEOUT);
                PreparedStatement table = connection.prepareStatement(
                        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'receipts'");
                ResultSet rows = table.executeQuery()) {
            return rows.next();
        }
    }

    static SealedRows open(Path db) throws SQLException {
        Connection connection = Sqlite.reader(db, BUSY_TIMEOUT);
        try {
            return new SealedRows(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// The receipt of that chain and sequence; `null` if there is none.
    @Nullable
    Row find(String chainId, long sequence) throws SQLException {
        find.setString(1, chainId);
        find.setLong(2, sequence);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? new Row(row.getLong(1), row.getString(2)) : null;
        }
    }

    long count() throws SQLException {
        return count("SELECT count(*) FROM receipts");
    }

    long countBehind(long rowid) throws SQLException {
        return count("SELECT count(*) FROM receipts WHERE rowid > " + rowid);
    }

    /// Tells of at most `max` rows behind that one.
    void behind(long rowid, int max, Reader reader) throws SQLException {
        String sql = "SELECT chain_id, sequence FROM receipts WHERE rowid > ? ORDER BY rowid LIMIT ?";
        try (PreparedStatement behind = connection.prepareStatement(sql)) {
            behind.setLong(1, rowid);
            behind.setInt(2, max);
            try (ResultSet rows = behind.executeQuery()) {
                boolean goesOn = true;
                while (goesOn && rows.next()) {
                    goesOn = reader.row(rows.getString(1), rows.getLong(2));
                }
            }
        }
    }

    private long count(String sql) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement(sql);
                ResultSet row = question.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

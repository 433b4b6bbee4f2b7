package dev.cairn.relay.receipts;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the store says of its chains, on a connection that only reads, while another thread writes. Used by
/// one thread at a time.
final class Tails implements AutoCloseable {

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final String COLUMNS = "SELECT chain_id, sequence, id, receipt_json, receipt_hash FROM receipts ";

    private final Connection connection;
    private final PreparedStatement tail;

    private Tails(Connection connection) throws SQLException {
        this.connection = connection;
        this.tail = connection.prepareStatement(COLUMNS + "WHERE chain_id = ? ORDER BY sequence DESC LIMIT 1");
    }

    /// @throws SQLException if there is no such store
    static Tails open(Path db) throws SQLException {
        return new Tails(Sqlite.reader(db, BUSY_TIMEOUT));
    }

    /// The newest receipt of a chain; `null` if there is none.
    @Nullable
    Tail of(String chainId) throws SQLException {
        tail.setString(1, chainId);
        try (ResultSet rows = tail.executeQuery()) {
            return rows.next() ? read(rows) : null;
        }
    }

    /// Whether there is any receipt.
    boolean isEmpty() throws SQLException {
        try (PreparedStatement any = connection.prepareStatement("SELECT 1 FROM receipts LIMIT 1");
                ResultSet rows = any.executeQuery()) {
            return !rows.next();
        }
    }

    /// The root chain that was appended to last; `null` in an empty store.
    @Nullable
    String newestRoot() throws SQLException {
        String sql = "SELECT chain_id FROM receipts WHERE chain_id NOT LIKE '%/agent/%' ORDER BY rowid DESC LIMIT 1";
        try (PreparedStatement newest = connection.prepareStatement(sql);
                ResultSet rows = newest.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /// How many receipts there are.
    long count() throws SQLException {
        try (PreparedStatement all = connection.prepareStatement("SELECT count(*) FROM receipts");
                ResultSet row = all.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// The ids of all chains that begin with `prefix`.
    List<String> chains(String prefix) throws SQLException {
        List<String> ids = new ArrayList<>();
        String next = prefix;
        String sql = "SELECT chain_id FROM receipts WHERE chain_id > ? ORDER BY chain_id LIMIT 1";
        try (PreparedStatement following = connection.prepareStatement(sql)) { // One step of the index for each chain.
            while (next != null) {
                following.setString(1, next);
                next = null;
                try (ResultSet rows = following.executeQuery()) {
                    if (rows.next() && rows.getString(1).startsWith(prefix)) {
                        next = rows.getString(1);
                        ids.add(next);
                    }
                }
            }
        }
        return ids;
    }

    /// The newest receipt of an action type that is as wanted; `null` if none is.
    @Nullable
    Tail newest(String actionType, Predicate<Tail> wanted) throws SQLException {
        String sql = COLUMNS + "WHERE action_type = ? ORDER BY rowid DESC";
        try (PreparedStatement all = connection.prepareStatement(sql)) {
            all.setString(1, actionType);
            try (ResultSet rows = all.executeQuery()) {
                while (rows.next()) {
                    Tail candidate = read(rows);
                    if (wanted.test(candidate)) {
                        return candidate;
                    }
                }
            }
        }
        return null;
    }

    private static Tail read(ResultSet row) throws SQLException {
        return new Tail(row.getString(1), row.getLong(2), row.getString(3), row.getString(4), row.getString(5));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

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
    private static final String TAIL = "SELECT chain_id, sequence, id, receipt_json, receipt_hash FROM receipts "
            + "WHERE chain_id = ? ORDER BY sequence DESC LIMIT 1";
    private static final String RECEIPT = "SELECT chain_id, sequence, id, receipt_json, receipt_hash FROM receipts "
            + "WHERE chain_id = ? AND sequence = ?";
    private static final String FOLLOWING =
            "SELECT chain_id FROM receipts WHERE chain_id > ? ORDER BY chain_id LIMIT 1";

    private final Connection connection;
    private final PreparedStatement tail;
    private final PreparedStatement following;
    private final PreparedStatement receipt;

    private Tails(Connection connection) throws SQLException {
        this.connection = connection;
        this.tail = connection.prepareStatement(TAIL);
        this.following = connection.prepareStatement(FOLLOWING);
        this.receipt = connection.prepareStatement(RECEIPT);
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

    /// What was the newest receipt of a chain once; `null` if it is gone.
    @Nullable
    Tail at(String chainId, long sequence) throws SQLException {
        receipt.setString(1, chainId);
        receipt.setLong(2, sequence);
        try (ResultSet rows = receipt.executeQuery()) {
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

    /// How many receipts there are, without counting them: none is ever deleted.
    long count() throws SQLException {
        try (PreparedStatement all = connection.prepareStatement("SELECT max(rowid) FROM receipts");
                ResultSet row = all.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// The ids of all chains that begin with `prefix`.
    List<String> chains(String prefix) throws SQLException {
        List<String> ids = new ArrayList<>();
        for (String id = chainAfter(prefix, prefix); id != null; id = chainAfter(id, prefix)) {
            ids.add(id);
        }
        return ids;
    }

    /// The id behind `id`, in their order, that begins with `prefix`: one step of the index. `null` if there is
    /// none.
    @Nullable
    String chainAfter(String id, String prefix) throws SQLException {
        following.setString(1, id);
        try (ResultSet rows = following.executeQuery()) {
            String next = rows.next() ? rows.getString(1) : null;
            return next != null && next.startsWith(prefix) ? next : null;
        }
    }

    /// The chains of a root's sub-agents in which the store's own index knows of an end.
    List<String> interrupted(String agentPrefix) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement ends = connection.prepareStatement(ReceiptStore.INTERRUPTED)) {
            ends.setString(1, agentPrefix);
            ends.setString(2, agentPrefix.substring(0, agentPrefix.length() - 1) + '0'); // What follows a slash.
            try (ResultSet rows = ends.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    /// The newest receipt that records a rotation, and is as wanted; `null` if none is.
    @Nullable
    Tail newestRotation(Predicate<Tail> wanted) throws SQLException {
        try (PreparedStatement all = connection.prepareStatement(ReceiptStore.ROTATIONS);
                ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                Tail candidate = read(rows);
                if (wanted.test(candidate)) {
                    return candidate;
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

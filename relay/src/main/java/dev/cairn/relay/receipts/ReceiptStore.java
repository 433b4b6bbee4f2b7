package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.ReceiptColumns;
import dev.cairn.relay.bus.SignedReceipt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The receipts in their SQLite table, which the peer's own tools read in place (`specs/receipts.md` 5): many
/// rows in one transaction, one sync for each. Used by one thread at a time.
final class ReceiptStore implements AutoCloseable {

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private static final String[] SCHEMA = {
        """
        CREATE TABLE IF NOT EXISTS receipts (
          id TEXT PRIMARY KEY,
          chain_id TEXT NOT NULL,
          sequence INTEGER NOT NULL,
          action_type TEXT NOT NULL,
          tool_name TEXT NOT NULL DEFAULT '',
          risk_level TEXT NOT NULL,
          status TEXT NOT NULL,
          timestamp TEXT NOT NULL,
          issuer_id TEXT NOT NULL,
          principal_id TEXT,
          receipt_json TEXT NOT NULL,
          receipt_hash TEXT NOT NULL,
          previous_receipt_hash TEXT,
          created_at TEXT DEFAULT CURRENT_TIMESTAMP)""",
        "CREATE UNIQUE INDEX IF NOT EXISTS idx_receipts_chain ON receipts(chain_id, sequence)",
        "CREATE INDEX IF NOT EXISTS idx_receipts_action ON receipts(action_type)",
        "CREATE INDEX IF NOT EXISTS idx_receipts_risk ON receipts(risk_level)",
        "CREATE INDEX IF NOT EXISTS idx_receipts_timestamp ON receipts(timestamp)",
    };

    /// What a start looks for, found without a look at what emitters wrote: they may use the same words,
    /// but not the same principal.
    private static final String[] INDEXES = {
        """
        CREATE INDEX IF NOT EXISTS idx_cairn_ends ON receipts(chain_id)
          WHERE action_type = 'agent_receipts.chain_interrupted' AND principal_id = 'did:user:unknown'""", """
        CREATE INDEX IF NOT EXISTS idx_cairn_rotations ON receipts(action_type)
          WHERE action_type = 'agent.key.rotate' AND principal_id = issuer_id""",
    };

    /// The chains with an end, by that index, between two ids.
    static final String INTERRUPTED = """
            SELECT DISTINCT chain_id FROM receipts INDEXED BY idx_cairn_ends
            WHERE action_type = 'agent_receipts.chain_interrupted' AND principal_id = 'did:user:unknown'
              AND chain_id > ? AND chain_id < ? ORDER BY chain_id""";

    /// The receipts of rotations, by that index, the newest first.
    static final String ROTATIONS = """
            SELECT chain_id, sequence, id, receipt_json, receipt_hash FROM receipts INDEXED BY idx_cairn_rotations
            WHERE action_type = 'agent.key.rotate' AND principal_id = issuer_id ORDER BY rowid DESC""";

    /// A receipt is bound as the bytes it is made of: as a string it would be decoded and encoded again.
    private static final String INSERT = """
            INSERT INTO receipts (id, chain_id, sequence, action_type, tool_name, risk_level, status, timestamp,
              issuer_id, principal_id, receipt_json, receipt_hash, previous_receipt_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?)""";

    /// What became of a transaction.
    sealed interface Outcome {

        /// All of it is durable.
        record Stored() implements Outcome {}

        /// Nothing of it is in the store; it may be taken later.
        record Kept(String reason) implements Outcome {}
    }

    /// Nobody can say what is durable, or somebody else has written to the store.
    static final class UnknownFateException extends RuntimeException {

        private static final long serialVersionUID = 1;

        UnknownFateException(SQLException cause) {
            super("the receipts store cannot be relied on: " + cause.getMessage(), cause);
        }
    }

    private final Connection connection;
    private final StorePlace place;
    private final Statement control;
    private final PreparedStatement insert;
    private final PreparedStatement find;

    private ReceiptStore(Connection connection, StorePlace place) throws SQLException {
        this.connection = connection;
        this.place = place;
        this.control = connection.createStatement();
        this.insert = connection.prepareStatement(INSERT);
        this.find = connection.prepareStatement("SELECT 1 FROM receipts WHERE id = ?");
    }

    /// Opens the store, which it makes if it is missing. Blocking.
    ///
    /// @throws ReceiptsRefusedException if the files must not be used as they are
    static ReceiptStore open(StoreFiles files) {
        return open(files, BUSY_TIMEOUT);
    }

    static ReceiptStore open(StoreFiles files, Duration busyTimeout) {
        files.prepare();
        Sqlite.prepare(files.directory());
        try {
            Connection connection = Sqlite.writer(files.db(), busyTimeout);
            try {
                createSchema(connection);
                files.prepare(); // SQLite has made its other files meanwhile.
                return new ReceiptStore(connection, StorePlace.of(files));
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw files.unusable(e);
        }
    }

    /// Why nothing is stored, though SQLite would take it: the names of the files lead elsewhere. `null` if
    /// they do not.
    @Nullable
    String displaced() {
        return place.problem();
    }

    /// Stores all of these, or none. They are in the order of their chains.
    ///
    /// @throws UnknownFateException if nobody can say which
    Outcome append(List<SignedReceipt> receipts) {
        String displaced = displaced();
        if (displaced != null) {
            return new Outcome.Kept(displaced);
        }
        try {
            control.execute("BEGIN IMMEDIATE"); // The driver's own transactions would hold the lock between two.
            for (SignedReceipt receipt : receipts) {
                add(receipt);
            }
            control.execute("COMMIT");
            return new Outcome.Stored();
        } catch (SQLException e) {
            return afterFailure(receipts, e);
        }
    }

    private void add(SignedReceipt signed) throws SQLException {
        LinkedReceipt receipt = signed.receipt();
        ReceiptColumns columns = receipt.columns();
        ChainPlace place = receipt.place();
        insert.setString(1, columns.id());
        insert.setString(2, place.chainId());
        insert.setLong(3, place.sequence());
        insert.setString(4, columns.actionType());
        insert.setString(5, columns.toolName());
        insert.setString(6, columns.riskLevel().text());
        insert.setString(7, columns.status().text());
        insert.setString(8, columns.timestamp());
        insert.setString(9, columns.issuerId());
        insert.setString(10, columns.principalId());
        insert.setBytes(11, signed.text());
        insert.setString(12, receipt.hash());
        insert.setString(13, place.previousHash());
        insert.executeUpdate();
    }

    /// A failed commit may have got in all the same: the store is asked.
    private Outcome afterFailure(List<SignedReceipt> receipts, SQLException failure) {
        if (!mayPass(failure)) {
            throw new UnknownFateException(failure);
        }
        try {
            rollBack();
            boolean stored = contains(receipts.getLast());
            return stored ? new Outcome.Stored() : new Outcome.Kept(String.valueOf(failure.getMessage()));
        } catch (SQLException e) {
            e.addSuppressed(failure);
            if (mayPass(e)) {
                return new Outcome.Kept(String.valueOf(failure.getMessage()));
            }
            throw new UnknownFateException(e);
        }
    }

    /// Ends the transaction, if SQLite has not done so already.
    private void rollBack() {
        try {
            control.execute("ROLLBACK");
        } catch (SQLException _) {
            // There is none; what the store holds is asked next.
        }
    }

    private boolean contains(SignedReceipt receipt) throws SQLException {
        find.setString(1, receipt.receipt().columns().id());
        try (ResultSet found = find.executeQuery()) {
            return found.next();
        }
    }

    /// Whether the system took nothing, and may do so later. After a failed sync nobody knows what is on the
    /// disk.
    static boolean mayPass(SQLException failure) {
        SQLiteErrorCode code =
                failure instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code) {
            case SQLITE_FULL,
                    SQLITE_IOERR_WRITE,
                    SQLITE_NOMEM,
                    SQLITE_IOERR_NOMEM,
                    SQLITE_BUSY,
                    SQLITE_BUSY_SNAPSHOT,
                    SQLITE_BUSY_TIMEOUT,
                    SQLITE_BUSY_RECOVERY,
                    SQLITE_LOCKED -> true;
            default -> false;
        };
    }

    private static void createSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
            if (!hasToolName(statement)) {
                statement.execute("ALTER TABLE receipts ADD COLUMN tool_name TEXT NOT NULL DEFAULT ''");
            }
            for (String sql : INDEXES) {
                statement.execute(sql);
            }
        }
    }

    private static boolean hasToolName(Statement statement) throws SQLException {
        String sql = "SELECT count(*) FROM pragma_table_info('receipts') WHERE name = 'tool_name'";
        try (ResultSet columns = statement.executeQuery(sql)) {
            return columns.next() && columns.getInt(1) > 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

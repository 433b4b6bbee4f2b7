package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

/// The rows of a receipts store as any other program sees them: what is committed, and nothing else.
final class StoredReceipts implements AutoCloseable {

    private static final int BUSY_MILLIS = 5_000;

    private final Connection connection;
    private final PreparedStatement count;

    private StoredReceipts(Connection connection, PreparedStatement count) {
        this.connection = connection;
        this.count = count;
    }

    /// Opens `database`, which must have its table, for reading.
    static StoredReceipts open(Path database) throws IOException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + database + "?mode=ro");
            try (Statement pragma = connection.createStatement()) {
                pragma.execute("PRAGMA busy_timeout=" + BUSY_MILLIS);
                // Nothing is ever deleted, so the last row's number is how many there are, and costs no scan.
                return new StoredReceipts(connection, connection.prepareStatement("SELECT max(rowid) FROM receipts"));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException(database + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Rows after the last commit.
    long count() throws IOException {
        try (ResultSet rows = count.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IOException("the receipts cannot be counted: " + e.getMessage(), e);
        }
    }

    /// Shows every receipt behind the first `rows`, in the order in which they were stored.
    void each(long rows, Consumer<String> receipt) throws IOException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT receipt_json FROM receipts WHERE rowid > ? ORDER BY rowid")) {
            select.setLong(1, rows);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    receipt.accept(found.getString(1));
                }
            }
        } catch (SQLException e) {
            throw new IOException("the receipts cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}

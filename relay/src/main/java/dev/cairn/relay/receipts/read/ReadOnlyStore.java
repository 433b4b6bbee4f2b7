package dev.cairn.relay.receipts.read;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// How a store that somebody else made is opened and looked at before anything in it is asked for.
final class ReadOnlyStore {

    private static final int BUSY_MILLIS = 5_000;
    private static final Set<String> REQUIRED = Set.of(
            "id",
            "chain_id",
            "sequence",
            "action_type",
            "risk_level",
            "status",
            "timestamp",
            "issuer_id",
            "principal_id",
            "receipt_json",
            "receipt_hash",
            "previous_receipt_hash");

    private ReadOnlyStore() {}

    /// Opens the file so that nothing can be written and no schema can do more than compute.
    ///
    /// @param atRest whether nobody has it open for writing
    static Connection connect(Path file, boolean atRest) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection =
                config.createConnection("jdbc:sqlite:" + uri(file) + "?mode=ro" + (atRest ? "&immutable=1" : ""));
        try (var statement = connection.createStatement()) {
            // A schema may hold expressions; none of them is to do more than compute. Damaged pages are to be noticed.
            statement.execute("PRAGMA trusted_schema = OFF");
            statement.execute("PRAGMA cell_size_check = ON");
            statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    /// Any path as SQLite reads a URI, and nothing in it as a parameter of the driver.
    private static String uri(Path file) {
        StringBuilder uri = new StringBuilder("file:");
        for (byte octet : file.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8)) {
            boolean plain = Character.isLetterOrDigit(octet) && octet > 0 || "/._-~".indexOf(octet) >= 0;
            uri.append(plain ? String.valueOf((char) octet) : String.format("%%%02x", octet & 0xFF));
        }
        return uri.toString();
    }

    /// What can be asked of it.
    ///
    /// @throws UnreadableDatabaseException if it is no store of receipts
    static ReceiptQueries inspect(Path file, Connection connection) throws SQLException, UnreadableDatabaseException {
        Set<String> columns = new HashSet<>();
        try (var statement = connection.createStatement()) {
            try (ResultSet encoding = statement.executeQuery("PRAGMA encoding")) {
                if (!"UTF-8".equals(encoding.getString(1))) {
                    throw new UnreadableDatabaseException(file, "its text is not UTF-8", "");
                }
            }
            // Neither a view nor a virtual table, which could be anything and take for ever.
            String kind =
                    "SELECT count(*) FROM sqlite_schema WHERE name = 'receipts' AND type = 'table' AND rootpage > 0";
            try (ResultSet table = statement.executeQuery(kind)) {
                if (table.getLong(1) != 1) {
                    throw new UnreadableDatabaseException(
                            file, "there is no table receipts", "Name the receipts.db of a relay or of a daemon.");
                }
            }
            try (ResultSet column = statement.executeQuery("SELECT name FROM pragma_table_info('receipts')")) {
                while (column.next()) {
                    columns.add(column.getString(1).toLowerCase(Locale.ROOT));
                }
            }
        }
        for (String name : REQUIRED) {
            if (!columns.contains(name)) {
                throw new UnreadableDatabaseException(file, "its table receipts has no column " + name, "");
            }
        }
        if (columns.contains("rowid")) {
            throw new UnreadableDatabaseException(file, "its table receipts has a column rowid", "");
        }
        return new ReceiptQueries(columns.contains("tool_name"));
    }

    /// Why SQLite could not read it, as its user can use it.
    static UnreadableDatabaseException unreadable(Path file, SQLException cause) {
        String problem = String.valueOf(cause.getMessage());
        String remedy = "";
        switch (cause.getErrorCode() & 0xFF) {
            case 26 -> problem = "it is no SQLite database";
            case 11 -> remedy = "The file is damaged: look for a copy of it, and of the reason.";
            case 5, 6 -> remedy = "Something holds it locked: try again.";
            case 8, 14, 23 ->
                remedy =
                        "Its -wal and -shm files must be readable too, or the directory writable to make them: run as the "
                                + "relay's user or in its read group, or copy those of the three files that there are.";
            default -> {
                // The message has to do.
            }
        }
        UnreadableDatabaseException refusal = new UnreadableDatabaseException(file, problem, remedy);
        refusal.initCause(cause);
        return refusal;
    }

    static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException _) {
            // Nothing was written that could be lost.
        }
    }
}

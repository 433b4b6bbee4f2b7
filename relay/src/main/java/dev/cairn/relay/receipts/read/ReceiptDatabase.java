package dev.cairn.relay.receipts.read;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// A store of receipts, opened to be read only (`specs/receipts.md` 5). Its writer may be at work meanwhile: each
/// question
/// is a short transaction of its own, so that no reader keeps the write-ahead log from being emptied.
///
/// Used by one thread at a time.
public final class ReceiptDatabase implements AutoCloseable {

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

    private final Path file;
    private final Connection connection;
    private final ReceiptQueries queries;

    private ReceiptDatabase(Path file, Connection connection, ReceiptQueries queries) {
        this.file = file;
        this.connection = connection;
        this.queries = queries;
    }

    /// Opens a store that exists.
    ///
    /// @throws UnreadableDatabaseException if it is none, or cannot be read
    public static ReceiptDatabase open(Path file) throws UnreadableDatabaseException {
        String name = file.toString();
        if (name.isEmpty() || name.equals(":memory:")) {
            throw new UnreadableDatabaseException(file, "it names no file", "");
        }
        if (!Files.isRegularFile(file)) {
            throw new UnreadableDatabaseException(file, Files.exists(file) ? "it is no file" : "no such file", "");
        }
        Connection connection = null;
        try {
            connection = connect(file);
            return new ReceiptDatabase(file, connection, inspect(file, connection));
        } catch (SQLException | UnreadableDatabaseException e) {
            close(connection);
            throw e instanceof UnreadableDatabaseException refusal ? refusal : unreadable(file, (SQLException) e);
        }
    }

    /// How many rows there are.
    public long count() throws UnreadableDatabaseException {
        return number(ReceiptQueries.COUNT);
    }

    /// How many rows are in no chain: without an id of one, or without a sequence.
    public long countStrays() throws UnreadableDatabaseException {
        return number(ReceiptQueries.COUNT_STRAYS);
    }

    /// The chain whose id follows, by its bytes; null when there is none.
    ///
    /// @param before null for the first chain
    public @Nullable StoredChain chainAfter(@Nullable StoredChain before) throws UnreadableDatabaseException {
        byte[] id = before == null ? new byte[0] : before.bytes();
        return ask(ReceiptQueries.CHAIN_AFTER, question -> {
            question.setBytes(1, id);
            try (ResultSet answer = question.executeQuery()) {
                return answer.next() ? new StoredChain(answer.getBytes(1)) : null;
            }
        });
    }

    /// The rows of a chain in order, a page at a time.
    ///
    /// @param before the last row of the page before, null for the first page
    /// @param rowsMax most rows of the page
    /// @param bytesMax of text, after which the page ends; it has a row at least
    public List<StoredRow> page(StoredChain chain, @Nullable StoredRow before, int rowsMax, long bytesMax)
            throws UnreadableDatabaseException {
        return ask(before == null ? queries.firstPage() : queries.nextPage(), question -> {
            int parameter = 1;
            question.setBytes(parameter++, chain.bytes());
            if (before != null) {
                question.setLong(parameter++, before.sequence());
                question.setLong(parameter++, before.rowid());
            }
            question.setInt(parameter, rowsMax);
            return rows(question, bytesMax);
        });
    }

    /// The receipts that say of themselves to rotate keys, in the order of insertion, likewise.
    public List<StoredRow> rotations(@Nullable StoredRow before, int rowsMax, long bytesMax)
            throws UnreadableDatabaseException {
        return ask(queries.rotations(), question -> {
            question.setLong(1, before == null ? Long.MIN_VALUE : before.rowid());
            question.setInt(2, rowsMax);
            return rows(question, bytesMax);
        });
    }

    @Override
    public void close() {
        close(connection);
    }

    private static List<StoredRow> rows(PreparedStatement question, long bytesMax) throws SQLException {
        List<StoredRow> rows = new ArrayList<>();
        long bytes = 0;
        try (ResultSet answer = question.executeQuery()) {
            while (bytes < bytesMax && answer.next()) {
                StoredRow row = ReceiptQueries.row(answer);
                byte[] text = row.sharedText();
                bytes += text == null ? 0 : text.length;
                rows.add(row);
            }
        }
        return rows;
    }

    private long number(String sql) throws UnreadableDatabaseException {
        return ask(sql, question -> {
            try (ResultSet answer = question.executeQuery()) {
                return answer.getLong(1);
            }
        });
    }

    private <T extends @Nullable Object> T ask(String sql, Question<T> question) throws UnreadableDatabaseException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return question.ask(statement);
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private interface Question<T extends @Nullable Object> {

        T ask(PreparedStatement statement) throws SQLException;
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + uri(file) + "?mode=ro");
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

    private static ReceiptQueries inspect(Path file, Connection connection)
            throws SQLException, UnreadableDatabaseException {
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

    private static UnreadableDatabaseException unreadable(Path file, SQLException cause) {
        String problem = String.valueOf(cause.getMessage());
        String remedy = "";
        switch (cause.getErrorCode() & 0xFF) {
            case 26 -> problem = "it is no SQLite database";
            case 11 -> remedy = "The file is damaged: look for a copy of it, and of the reason.";
            case 5, 6 -> remedy = "Something holds it locked: try again.";
            case 8, 14, 23 ->
                remedy =
                        "Its -wal and -shm files must be readable too, or the directory writable to make them: run as the "
                                + "relay's user or in its read group, or copy all three files.";
            default -> {
                // The message has to do.
            }
        }
        UnreadableDatabaseException refusal = new UnreadableDatabaseException(file, problem, remedy);
        refusal.initCause(cause);
        return refusal;
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException _) {
            // Nothing was written that could be lost.
        }
    }
}

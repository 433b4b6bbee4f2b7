package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.protocol.seal.StoreRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store of receipts, opened to be read only (`specs/receipts.md` 5). Its writer may be at work
/// meanwhile: each question is a short transaction of its own, so that no reader keeps the write-ahead log
/// from being emptied.
///
/// Used by one thread at a time.
public final class ReceiptDatabase implements AutoCloseable {

    private final Path file;
    private @Nullable Rest rest;
    private Connection connection;
    private final ReceiptQueries queries;

    private ReceiptDatabase(Path file, @Nullable Rest rest, Connection connection, ReceiptQueries queries) {
        this.file = file;
        this.rest = rest;
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
        Rest rest = Rest.of(file);
        try {
            return open(file, rest);
        } catch (UnreadableDatabaseException e) {
            if (rest == null || rest.lasts()) {
                throw e;
            }
            return open(file, null); // A writer came just then.
        }
    }

    private static ReceiptDatabase open(Path file, @Nullable Rest rest) throws UnreadableDatabaseException {
        Connection connection = null;
        try {
            connection = ReadOnlyStore.connect(file, rest != null);
            return new ReceiptDatabase(file, rest, connection, ReadOnlyStore.inspect(file, connection));
        } catch (SQLException | UnreadableDatabaseException e) {
            ReadOnlyStore.close(connection);
            throw e instanceof UnreadableDatabaseException refusal
                    ? refusal
                    : ReadOnlyStore.unreadable(file, (SQLException) e);
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
        return chain(ReceiptQueries.CHAIN_AFTER, question -> question.setBytes(1, id));
    }

    /// Likewise, of the chains with a receipt of a time or later.
    ///
    /// @param time as receipts tell it, for instance `2026-06-15T10:00:00Z`
    public @Nullable StoredChain chainAfter(@Nullable StoredChain before, String time)
            throws UnreadableDatabaseException {
        byte[] id = before == null ? new byte[0] : before.bytes();
        return chain(ReceiptQueries.CHAIN_SINCE, question -> {
            question.setBytes(1, id);
            question.setString(2, time);
        });
    }

    /// The chain of no sub-agent that was written last; null when there is none.
    public @Nullable StoredChain newestRoot() throws UnreadableDatabaseException {
        return chain(ReceiptQueries.NEWEST_ROOT, _ -> {});
    }

    /// The receipt of a chain with this sequence; null when there is none.
    public @Nullable StoredRow find(StoredChain chain, long sequence) throws UnreadableDatabaseException {
        return one(queries.ofSequence(), question -> {
            question.setBytes(1, chain.bytes());
            question.setLong(2, sequence);
        });
    }

    /// The receipt with this id; null when there is none.
    public @Nullable StoredRow find(String id) throws UnreadableDatabaseException {
        return one(queries.ofId(), question -> question.setString(1, id));
    }

    /// The last receipt of a chain; null when it has none.
    public @Nullable StoredRow last(StoredChain chain) throws UnreadableDatabaseException {
        return one(queries.last(), question -> question.setBytes(1, chain.bytes()));
    }

    /// The receipts of one kind of action that were written last, the newest first.
    public List<StoredRow> newestOf(String actionType, int rowsMax) throws UnreadableDatabaseException {
        return ask(queries.newestOf(), question -> {
            question.setString(1, actionType);
            question.setInt(2, rowsMax);
            return rows(question, ReceiptQueries.TEXT_MAX);
        });
    }

    /// The newest receipts of all chains, the newest first, by their columns alone: they have no text.
    public List<StoredRow> newest(int rowsMax) throws UnreadableDatabaseException {
        return ask(queries.newest(), question -> {
            question.setInt(1, rowsMax);
            return rows(question, Long.MAX_VALUE);
        });
    }

    /// The rows, for their seals.
    public StoreRows rows() {
        return new StoreRows() {
            @Override
            public @Nullable Row find(ChainHead head) throws IOException {
                StoredRow row = ReceiptDatabase.this.find(StoredChain.of(head.chainId()), head.sequence());
                return row == null ? null : new Row(row.rowid(), row.columns().receiptHash());
            }

            @Override
            public long count(long after, long upTo) throws IOException {
                return ask(ReceiptQueries.COUNT_BETWEEN, question -> {
                    question.setLong(1, after);
                    question.setLong(2, upTo);
                    try (ResultSet answer = question.executeQuery()) {
                        return answer.getLong(1);
                    }
                });
            }
        };
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
        ReadOnlyStore.close(connection);
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

    private @Nullable StoredChain chain(String sql, Parameters parameters) throws UnreadableDatabaseException {
        return ask(sql, question -> {
            parameters.set(question);
            try (ResultSet answer = question.executeQuery()) {
                return answer.next() ? new StoredChain(answer.getBytes(1)) : null;
            }
        });
    }

    private @Nullable StoredRow one(String sql, Parameters parameters) throws UnreadableDatabaseException {
        return ask(sql, question -> {
            parameters.set(question);
            List<StoredRow> found = rows(question, 1);
            return found.isEmpty() ? null : found.getFirst();
        });
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
            T answer = question.ask(statement);
            if (rest == null || rest.lasts()) {
                return answer;
            }
        } catch (SQLException e) {
            if (rest == null || rest.lasts()) {
                throw ReadOnlyStore.unreadable(file, e);
            }
        }
        joinWriter();
        return ask(sql, question);
    }

    /// Somebody writes by now: from here on it is read with the writer's log.
    private void joinWriter() throws UnreadableDatabaseException {
        rest = null;
        ReadOnlyStore.close(connection);
        try {
            connection = ReadOnlyStore.connect(file, false);
        } catch (SQLException e) {
            throw ReadOnlyStore.unreadable(file, e);
        }
    }

    private interface Parameters {

        void set(PreparedStatement statement) throws SQLException;
    }

    private interface Question<T extends @Nullable Object> {

        T ask(PreparedStatement statement) throws SQLException;
    }
}

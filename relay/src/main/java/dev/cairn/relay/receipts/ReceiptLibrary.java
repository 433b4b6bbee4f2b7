package dev.cairn.relay.receipts;

import dev.cairn.relay.live.History;
import dev.cairn.relay.live.Library;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The chains of the store, for subscribers that are behind. Reads on worker threads, with a connection of its own that
/// is opened when it is first asked for something; each page is a short transaction.
final class ReceiptLibrary implements Library, AutoCloseable {

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final int PAGE_RECEIPTS_MAX = 512;

    private final Vertx vertx;
    private final Path db;
    private final BooleanSupplier isOpen;
    private final Predicate<String> mayBegin;
    private @Nullable Connection connection;
    private boolean closed;

    /// @param isOpen whether there is a store yet
    /// @param mayBegin whether a chain that has no receipt may get one
    ReceiptLibrary(Vertx vertx, Path db, BooleanSupplier isOpen, Predicate<String> mayBegin) {
        this.vertx = vertx;
        this.db = db;
        this.isOpen = isOpen;
        this.mayBegin = mayBegin;
    }

    @Override
    public Future<OptionalLong> tip(String chain) {
        if (!isOpen.getAsBoolean()) {
            return Future.succeededFuture(OptionalLong.empty());
        }
        return Future.succeededFuture(chain).compose(id -> vertx.executeBlocking(() -> readTip(id), false));
    }

    @Override
    public History history(String chain) {
        return (cursor, bytesMax) -> page(chain, cursor, bytesMax);
    }

    private Future<History.Page> page(String chain, long cursor, int bytesMax) {
        return Future.succeededFuture(chain)
                .compose(id -> vertx.executeBlocking(() -> read(id, cursor, bytesMax), false));
    }

    private synchronized OptionalLong readTip(String chain) throws SQLException {
        String sql = "SELECT max(sequence) FROM receipts WHERE chain_id = ?";
        try (PreparedStatement newest = connection().prepareStatement(sql)) {
            newest.setString(1, chain);
            try (ResultSet row = newest.executeQuery()) {
                long tip = row.next() ? row.getLong(1) : 0;
                return tip > 0 || mayBegin.test(chain) ? OptionalLong.of(tip) : OptionalLong.empty();
            }
        }
    }

    private synchronized History.Page read(String chain, long cursor, int bytesMax) throws SQLException {
        String sql = "SELECT receipt_json FROM receipts WHERE chain_id = ? AND sequence > ? ORDER BY sequence LIMIT ?";
        List<byte[]> lines = new ArrayList<>();
        try (PreparedStatement page = connection().prepareStatement(sql)) {
            page.setString(1, chain);
            page.setLong(2, cursor);
            page.setInt(3, PAGE_RECEIPTS_MAX);
            try (ResultSet rows = page.executeQuery()) {
                int bytes = 0;
                while (rows.next()) {
                    byte[] line = rows.getString(1).getBytes(StandardCharsets.UTF_8);
                    bytes += line.length;
                    if (bytes > bytesMax && !lines.isEmpty()) {
                        break;
                    }
                    lines.add(line);
                }
            }
        }
        return new History.Page(cursor + 1, lines, 0);
    }

    private Connection connection() throws SQLException {
        if (closed) {
            throw new SQLException("the relay is stopping");
        }
        Connection open = connection == null ? Sqlite.reader(db, BUSY_TIMEOUT) : connection;
        connection = open;
        return open;
    }

    @Override
    public synchronized void close() throws SQLException {
        closed = true;
        if (connection != null) {
            connection.close();
        }
    }
}

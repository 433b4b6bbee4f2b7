package dev.cairn.relay.receipts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Connections to the receipts' SQLite file (`specs/receipts.md` 5).
final class Sqlite {

    private static final String LIBRARY = "sqlite-*-libsqlitejdbc.*";
    private static final String LIBRARY_DIRECTORY = "org.sqlite.tmpdir";
    private static final int CACHE_KIB = 64 * 1024; // Taken page by page: an idle relay has hardly any of it.
    private static final int READER_CACHE_KIB = 1024;
    private static final int WAL_BYTES_KEPT = 64 * 1024 * 1024;
    private static final int CHECKPOINT_PAGES = 8_192;

    private Sqlite() {}

    /// Has the native library unpacked into a directory of ours rather than a shared one, and removes what a
    /// crash left there. Call once, with the lock of the data directory held, before the first connection.
    static void prepare(Path directory) {
        if (System.getProperty(LIBRARY_DIRECTORY) != null) {
            return;
        }
        try (var left = Files.newDirectoryStream(directory, LIBRARY)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.setProperty(LIBRARY_DIRECTORY, directory.toString());
    }

    /// The one connection that writes: every transaction is synced.
    static Connection writer(Path db, Duration busyTimeout) throws SQLException {
        SQLiteConfig config = config(busyTimeout, CACHE_KIB);
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setJournalSizeLimit(WAL_BYTES_KEPT);
        config.setWalAutocheckpoint(CHECKPOINT_PAGES);
        config.setGetGeneratedKeys(false); // Else every insert is followed by a query.
        return config.createConnection(url(db));
    }

    /// A connection that only reads, beside the one that writes.
    static Connection reader(Path db, Duration busyTimeout) throws SQLException {
        SQLiteConfig config = config(busyTimeout, READER_CACHE_KIB);
        config.setReadOnly(true);
        return config.createConnection(url(db));
    }

    private static SQLiteConfig config(Duration busyTimeout, int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setCacheSize(-cacheKib);
        return config;
    }

    private static String url(Path db) {
        return "jdbc:sqlite:" + db.toAbsolutePath();
    }
}

package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.file.OwnFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a start makes of the files that it finds (`specs/receipts.md` 5, 6).
@Timeout(90)
class ReceiptsFilesTest {

    @TempDir
    private Path dir;

    private Path data;
    private Path store;
    private Path target;

    @BeforeEach
    void startOnce() throws Exception {
        data = dir.resolve("data");
        store = data.resolve("receipts");
        target = Files.writeString(dir.resolve("target"), "not ours");
        RunningReceipts.in(data).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"receipts.db-wal", "receipts.db-shm"})
    void aLinkInPlaceOfAFileOfSqliteIsRefusedAndNotFollowed(String name) throws Exception {
        Files.deleteIfExists(store.resolve(name));
        Files.createSymbolicLink(store.resolve(name), target);

        assertThatThrownBy(() -> RunningReceipts.in(data))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("symbolic link");
        assertThat(target).hasContent("not ours");
    }

    @ParameterizedTest
    @ValueSource(strings = {"receipts.db-wal", "receipts.db-shm"})
    void aFileOfSqliteWithASecondNameIsRefused(String name) throws Exception {
        Files.deleteIfExists(store.resolve(name));
        Files.createLink(store.resolve(name), target);

        assertThatThrownBy(() -> RunningReceipts.in(data))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining(name);
        assertThat(target).hasContent("not ours");
    }

    @ParameterizedTest
    @ValueSource(strings = {"receipts.db-wal", "receipts.db-shm"})
    void whatIsNoFileInPlaceOfOneOfSqliteIsRefused(String name) throws Exception {
        Files.deleteIfExists(store.resolve(name));
        Files.createDirectory(store.resolve(name));

        assertThatThrownBy(() -> RunningReceipts.in(data))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void theWritersConnectionSyncsEveryTransactionAndWaitsForOthers() throws Exception {
        try (Connection writer = Sqlite.writer(store.resolve("receipts.db"), Duration.ofSeconds(5))) {
            assertThat(pragma(writer, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(writer, "synchronous")).isEqualTo("2"); // FULL.
            assertThat(pragma(writer, "busy_timeout")).isEqualTo("5000");
        }
    }

    @Test
    void aPublicKeyThatWasClosedIsReadableAfterAStart() throws Exception {
        Path published = store.resolve("signing.key.pub");
        Files.setPosixFilePermissions(published, OwnFile.mode(0600).value());

        RunningReceipts.in(data).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(published)))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void aLinkWhereThePublicKeyIsToBeIsRefusedAndNotFollowed() throws Exception {
        Path published = store.resolve("signing.key.pub");
        Files.delete(published);
        Files.createSymbolicLink(published, target);
        var before = Files.getPosixFilePermissions(target);

        assertThatThrownBy(() -> RunningReceipts.in(data)).hasMessageContaining("signing.key.pub");

        assertThat(target).hasContent("not ours");
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(before);
        assertThat(published).isSymbolicLink();
    }

    @Test
    void asManyConnectionsAsAreAllowedAreServedAndOneMoreIsRefusedAndCounted() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(data, "{\"connections_max\":2}");
                Emitter first = relay.connect();
                Emitter second = relay.connect()) {
            first.emit("first");
            second.emit("second");
            long served = relay.stored.await(2);
            try (Emitter third = relay.connect()) {
                third.emit("third");
                third.awaitEnd();
            }

            relay.stored.await(3);
            assertThat(served).isEqualTo(2);
            assertThat(relay.stored.texts("SELECT tool_name FROM receipts ORDER BY rowid"))
                    .containsExactlyInAnyOrder("first", "second", "events_dropped");
        }
    }

    private static String pragma(Connection connection, String name) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}

package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.log.HeardLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the log says of events that cannot be recorded any more.
@Timeout(90)
class ReceiptsStopTest {

    @TempDir
    private Path dir;

    @Test
    void aRelayThatStopsWhileItsStoreIsOutOfReachSaysHowMuchIsLost() throws Exception {
        RunningReceipts relay = RunningReceipts.in(dir);
        try (Emitter emitter = relay.connect();
                HeardLog log = HeardLog.of(ReceiptsVerticle.class)) {
            emitter.emit("first");
            relay.stored.await(1);
            try (Connection other = lockedByAnother()) {
                lose(emitter);
                assertThatThrownBy(relay::stop).hasMessageContaining("9 events are not recorded");
                other.rollback();
            }

            assertThat(log.values("count")).containsExactly("2");
            assertThat(log.values("drops")).containsExactly("7");
        }
    }

    @Test
    void aRelayThatStopsBeforeItsStoreWasOpenSaysHowMuchIsLost() throws Exception {
        RunningReceipts.in(dir).close();
        try (Connection _ = heldByAnother();
                HeardLog log = HeardLog.of(ReceiptsVerticle.class)) {
            RunningReceipts relay = RunningReceipts.in(dir);
            try (Emitter emitter = relay.connect()) {
                lose(emitter);
            }
            assertThatThrownBy(relay::stop).hasMessageContaining("9 events are not recorded");

            assertThat(log.values("count")).containsExactly("2");
            assertThat(log.values("drops")).containsExactly("7");
        }
    }

    /// Two frames, one of which says that five were lost before it, and two that are bad.
    private static void lose(Emitter emitter) throws Exception {
        emitter.send(Emitter.frame("lost", ",\"drop_count\":5"));
        emitter.send("{}");
        emitter.emit("lost");
        emitter.send("{}");
        emitter.endOutput();
        emitter.awaitEnd();
    }

    /// Lets nobody else even read, until it is closed.
    private Connection heldByAnother() throws SQLException {
        Connection other = connection();
        try (Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("COMMIT");
        }
        return other;
    }

    /// Lets nobody else write, until it rolls back.
    private Connection lockedByAnother() throws SQLException {
        Connection other = connection();
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE receipts SET created_at = created_at");
        }
        return other;
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
    }
}

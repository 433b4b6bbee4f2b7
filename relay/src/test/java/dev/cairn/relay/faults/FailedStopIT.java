package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.verify.ChainEnd;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.StoredReceipts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A stop that leaves something behind says so by its exit code (`specs/receipts.md` 3.7).
@Timeout(120)
class FailedStopIT {

    @TempDir
    private Path dir;

    @Test
    void aStopThatCannotStoreReceiptsFailsAndEndsTheLogAllTheSame() throws Exception {
        StoredReceipts stored = new StoredReceipts(dir);
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("stored", ""));
            stored.await(1);
            try (Connection other = lockedByAnother()) {
                emitter.send(Emitter.frame("lost", ""));

                assertThat(relay.stop()).isEqualTo(1);
                other.rollback();
            }

            assertThat(relay.stderr())
                    .contains("the relay did not stop in order", "receipts cannot be stored", "chains are left open")
                    .doesNotContain("cannot go on safely");
            assertThat(Files.readString(relay.log())).contains("\"kind\":\"stop\"");
            assertThat(Files.exists(relay.socket())).isFalse();
        }

        String chain = stored.chains().getFirst();
        assertThat(stored.verify(chain).isValid()).isTrue();
        assertThat(stored.verify(chain).end()).isEqualTo(ChainEnd.UNKNOWN);
    }

    private Connection lockedByAnother() throws Exception {
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE receipts SET created_at = created_at");
        }
        return other;
    }
}

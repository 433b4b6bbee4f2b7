package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing counts as stored that went into a file that nobody finds.
@Timeout(120)
class StorePlaceIT {

    private static final String GONE = " was moved, replaced or deleted while the relay wrote to it";

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"receipts.db", "receipts.db-wal", "receipts.db-shm"})
    void aFileThatIsMovedAwayIsToldOfAtOnceAndReceiptsWaitUntilItIsBack(String name) throws Exception {
        Path file = dir.resolve("receipts").resolve(name);
        Path away = dir.resolve("away");
        StoredReceipts stored = new StoredReceipts(dir);
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.emit("before");
            stored.await(1);
            Files.move(file, away);
            String idle = awaitReadyz(relay, "receipts cannot be stored");
            emitter.emit("meanwhile");
            LockSupport.parkNanos(1_500_000_000L); // Longer than it waits before it tries again.
            Files.move(away, file);
            stored.await(2);
            emitter.emit("after");
            stored.await(3);
            String back = awaitReadyz(relay, "\"ready\":true");

            assertThat(idle).contains("\"part\":\"receipts\"", "receipts cannot be stored: " + name + GONE);
            assertThat(back).contains("\"ready\":true");
            assertThat(relay.stderr()).contains("Put that very file back", "receipts are signed and stored again");
            assertThat(relay.stop()).isZero();
        }
        assertThat(stored.verify(stored.chains().getFirst()).isValid()).isTrue();
        assertThat(stored.texts("SELECT tool_name FROM receipts ORDER BY rowid"))
                .containsExactly("before", "meanwhile", "after", "chain_interrupted");
    }

    @Test
    void whatComesWhenItIsDeletedIsNotStoredAndTheStopSaysHowMuchIsLost() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.emit("before");
            new StoredReceipts(dir).await(1);
            Files.delete(dir.resolve("receipts/receipts.db"));
            for (int i = 0; i < 3; i++) {
                emitter.emit("lost");
            }
            awaitReadyz(relay, "receipts cannot be stored: receipts.db" + GONE);

            assertThat(relay.stop()).isOne();
            assertThat(relay.stderr())
                    .contains("3 events are not recorded, and chains are left open: receipts cannot be stored: "
                            + "receipts.db" + GONE);
        }
    }

    @Test
    void nothingIsWrittenIntoAnotherDatabaseThatTookItsPlace() throws Exception {
        Path file = dir.resolve("receipts/receipts.db");
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.emit("before");
            new StoredReceipts(dir).await(1);
            Path other = Files.copy(file, dir.resolve("other"));
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            byte[] before = Files.readAllBytes(file);
            emitter.emit("after");
            String told = awaitReadyz(relay, "receipts cannot be stored");

            assertThat(told).contains("receipts.db" + GONE);
            assertThat(relay.stop()).isOne();
            assertThat(file).hasBinaryContent(before);
        }
    }

    private static String awaitReadyz(RelayProcess relay, String words) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(relay.http().resolve("/readyz")).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(request, BodyHandlers.ofString()).body();
            for (int i = 0; i < 400 && !answer.contains(words); i++) {
                LockSupport.parkNanos(50_000_000);
                answer = client.send(request, BodyHandlers.ofString()).body();
            }
            return answer;
        }
    }
}

package dev.cairn.relay.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.StoredReceipts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A relay that is killed while it rotates its key: the next start undoes the rotation or finishes it, and every chain
/// goes on and verifies.
@Timeout(180)
class ReceiptsRotationKillIT {

    private static final long PATIENCE_NANOS = SECONDS.toNanos(20);

    @TempDir
    private Path temporary;

    private Path dir;
    private Path published;
    private Path next;
    private StoredReceipts stored;

    @BeforeEach
    void nameTheFiles() {
        dir = temporary.resolve("data");
        published = dir.resolve("receipts/signing.key.pub");
        next = dir.resolve("receipts/signing.key.next");
        stored = new StoredReceipts(dir);
    }

    @Test
    void beforeTheTransactionNothingHasChanged() throws Exception {
        String before;
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket());
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            emitter.send(Emitter.frame("one", ""));
            stored.await(1);
            before = fingerprint();
            try (Connection writer = connect();
                    Statement lock = writer.createStatement()) {
                lock.execute("BEGIN IMMEDIATE"); // Nobody else can write.
                Future<CommandRun> asked = thread.submit(this::rotate);
                until(() -> Files.exists(next));
                relay.kill();
                assertThat(asked.get().exitCode()).isEqualTo(3);
            }
        }
        assertThat(next).exists();

        goOn();

        assertThat(fingerprint()).isEqualTo(before);
        assertThat(next).doesNotExist();
        assertThat(rotations()).isZero();
    }

    @Test
    void behindTheTransactionTheNextStartFinishesIt() throws Exception {
        String before;
        byte[] ours;
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("one", ""));
            stored.await(1);
            before = fingerprint();
            ours = Files.readAllBytes(published);
            Files.writeString(published, "somebody else's"); // The next key cannot be published.
            assertThat(rotate().exitCode()).isEqualTo(1);
            emitter.send(Emitter.frame("waits", ""));
            relay.kill();
        }
        assertThat(next).exists();
        assertThat(rotations()).isEqualTo(1);
        Files.write(published, ours);

        goOn();

        assertThat(fingerprint()).isNotEqualTo(before);
        assertThat(next).doesNotExist();
        assertThat(rotations()).isEqualTo(1);
    }

    @Test
    void aChainWhoseNewestReceiptIsTheRotationGoesOn() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("one", ""));
            emitter.send(Emitter.frame("two", ",\"agent_id\":\"a\""));
            stored.await(2);
            assertThat(rotate().exitCode()).isZero();
            relay.kill();
        }

        goOn();

        assertThat(stored.chains()).hasSize(2);
        assertThat(rotations()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void atAnyMomentUnderLoad(int seed) throws Exception {
        Random random = new Random(seed);
        try (RelayProcess relay = RelayProcess.start(dir);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> emitting = threads.submit(() -> emitUntilItBreaks(relay.socket()));
            stored.await(200);
            Future<CommandRun> asked = threads.submit(this::rotate);
            LockSupport.parkNanos(random.nextLong(120_000_000L)); // The whole rotation takes about as long.
            relay.kill();
            emitting.get();
            asked.get();
        }
        long before = stored.count();
        String cut = "seed " + seed + ": next " + Files.exists(next) + ", rotations " + rotations();

        goOn();

        assertThat(stored.count()).as(cut).isGreaterThan(before);
        assertThat(next).as(cut).doesNotExist();
    }

    /// Starts again, emits into both chains, rotates once more, stops, and verifies it all.
    private void goOn() throws Exception {
        long before = stored.count();
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("after", ""));
            emitter.send(Emitter.frame("after", ",\"agent_id\":\"a\""));
            stored.await(before + 2);
            CommandRun whileItRuns = verify();
            assertThat(relay.stop()).isZero();

            assertThat(whileItRuns.exitCode()).as(whileItRuns.out()).isZero();
        }
        CommandRun verify = verify();
        assertThat(verify.exitCode()).as(verify.out()).isZero();
    }

    private void emitUntilItBreaks(Path socket) {
        try (Emitter emitter = new Emitter(socket)) {
            for (int i = 0; ; i++) {
                emitter.send(Emitter.frame("tool", i % 2 == 0 ? "" : ",\"agent_id\":\"a\""));
                LockSupport.parkNanos(300_000);
            }
        } catch (IOException _) {
            // The relay is gone.
        }
    }

    private CommandRun rotate() {
        return CommandRun.of("receipts", "keys", "rotate", "--data", dir.toString());
    }

    private CommandRun verify() {
        return CommandRun.of("receipts", "verify", "--data", dir.toString());
    }

    private String fingerprint() throws IOException {
        return KeyRotation.fingerprint(PublicKeyFile.read(published));
    }

    private long rotations() throws SQLException {
        return stored.texts("SELECT id FROM receipts WHERE action_type = 'agent.key.rotate'")
                .size();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is in the file, a command says what is wrong with it: no defect, no crash, and never a receipt that is not
/// genuine.
class DamagedReceiptsTest {

    private static final int TRIALS = 60;
    private static final long SEED = 20260615;

    @TempDir
    private Path dir;

    private ReceiptsFixture store;
    private byte[] whole;

    @BeforeEach
    void makeStore() throws IOException, SQLException {
        store = ReceiptsFixture.in(dir).chain("a", 12).chain("b/agent/x", 3);
        whole = Files.readAllBytes(store.db());
        Files.deleteIfExists(dir.resolve("receipts.db-wal"));
        Files.deleteIfExists(dir.resolve("receipts.db-shm"));
    }

    @Test
    void bytesThatWereChangedEndNoCommandInADefect() throws IOException {
        Random random = new Random(SEED);
        int refused = 0;
        int broken = 0;

        for (int trial = 0; trial < TRIALS; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= random.nextInt(20); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            CommandRun run = verifyAndRead(damaged, trial);
            refused += run.exitCode() == 2 ? 1 : 0;
            broken += run.exitCode() == 1 ? 1 : 0;
        }

        assertThat(refused).isPositive();
        assertThat(broken).isPositive();
    }

    @Test
    void aFileThatWasCutEndsNoCommandInADefect() throws IOException {
        for (int length = 0; length < whole.length; length += 4_099) {
            CommandRun run = verifyAndRead(Arrays.copyOf(whole, length), length);

            assertThat(run.exitCode()).as("cut to " + length).isNotZero();
        }
    }

    private CommandRun verifyAndRead(byte[] content, int trial) throws IOException {
        Files.write(store.db(), content);
        CommandRun verify = store.verify();
        CommandRun list = store.run("list");
        CommandRun show = store.run("show", "3", "--chain-id", "a");
        CommandRun event = store.run("verify-event", "--chain-head");
        assertThat(verify.exitCode()).as("%d: %s", trial, verify.err()).isBetween(0, 2);
        assertThat(list.exitCode()).as("%d: %s", trial, list.err()).isIn(0, 2);
        assertThat(show.exitCode()).as("%d: %s", trial, show.err()).isBetween(0, 2);
        assertThat(event.exitCode()).as("%d: %s", trial, event.err()).isBetween(1, 3);
        assertThat(verify.out() + verify.err() + list.out() + list.err()).doesNotContain("\u001b");
        return verify;
    }
}

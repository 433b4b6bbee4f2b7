package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackgroundCheckTest {

    @TempDir
    private Path temp;

    private Path dir;
    private RelayConfig config;

    @BeforeEach
    void choosePlace() {
        dir = temp.resolve("data");
        config = Given.config(dir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"torn", "torn\ntwice", "torn\n", "\n", "\n\n\n"})
    void findsNothingWrongWhateverWasRepairedBeforeTheCheckpoint(String torn) throws Exception {
        run("a");
        Files.writeString(Given.log(dir), torn, StandardOpenOption.APPEND);
        run("b");
        run("c");

        assertThat(damage()).isEmpty();
    }

    @Test
    void findsNothingWrongBehindARecordThatLackedItsNewline() throws Exception {
        run("a");
        byte[] log = Files.readAllBytes(Given.log(dir));
        Files.write(Given.log(dir), Arrays.copyOf(log, log.length - 1));
        Files.delete(dir.resolve("relay.checkpoint"));
        run("b");
        run("c");

        assertThat(damage()).isEmpty();
    }

    @Test
    void namesThePlaceOfDamage() throws Exception {
        run("a");
        run("b");
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.replace("\"id\":\"a\"", "\"id\":\"x\""));

        assertThat(damage())
                .startsWith("line 2, offset " + log.indexOf("{\"_relay\""))
                .contains("expected sha256:");
    }

    @Test
    void seesThatTheCheckpointCountsOtherRecords() throws Exception {
        run("a");
        run("b");
        Path checkpoint = dir.resolve("relay.checkpoint");
        Files.writeString(checkpoint, Files.readString(checkpoint).replace("\"lines\":", "\"lines\":1"));

        assertThat(damage()).contains("expected").contains("lines");
    }

    /// What the check says; empty if nothing is wrong.
    private String damage() throws InterruptedException {
        RecoveredChain recovered = Recovery.recover(config);
        BlockingQueue<String> told = new ArrayBlockingQueue<>(2);
        Promise<Void> known = Promise.promise();
        recovered.index().whenKnown(1, known);
        known.future().onSuccess(_ -> told.add(""));
        assertThat(recovered.headCheck()).isInstanceOf(BackgroundCheck.class);

        recovered.headCheck().start(told::add);

        String first = told.poll(10, SECONDS);
        recovered.close();
        assertThat(first).isNotNull();
        return first;
    }

    private void run(String... ids) throws IOException {
        ShortRun.withCheckpoint(config, ids);
    }
}

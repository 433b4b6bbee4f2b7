package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointRecoveryTest {

    @TempDir
    private Path temp;

    private Path dir;
    private RelayConfig config;

    @BeforeEach
    void choosePlace() {
        dir = temp.resolve("data");
        config = Given.config(dir);
    }

    @Test
    void refusesALogThatIsGoneWhileItsCheckpointIsThere() throws IOException {
        ShortRun.of(config, "a");
        ShortRun.ofCheckpoint(config);
        Files.delete(Given.log(dir));

        Given.assertRefused(config, "is gone", "relay.checkpoint");
    }

    @Test
    void refusesALogThatEndsBeforeWhatWasDurable() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.substring(0, log.indexOf('\n') + 1));

        Given.assertRefused(config, "which were durable");
    }

    @Test
    void continuesWithoutTheLostEndWhenTheOperatorAcceptsIt() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.substring(0, log.indexOf('\n') + 1));
        config = Given.acceptingDamage(config);

        ShortRun.of(config, "c");

        assertThat(Given.ids(dir)).containsExactly("c");
        assertThat(Files.readString(Given.log(dir))).contains("\"what\":\"damage_accepted\"", "which were durable");
        assertThat(Given.intact(dir).tip().count()).isEqualTo(1);
    }

    @Test
    void refusesATornTailInsideOfWhatWasDurable() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        byte[] log = Files.readAllBytes(Given.log(dir));
        Arrays.fill(log, log.length - 40, log.length, (byte) 0);
        Files.write(Given.log(dir), log);

        Given.assertRefused(config, "offset ");
    }

    @Test
    void readsOnlyTheTailBehindACheckpoint() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        ShortRun.of(config, "c");
        Given.change(dir, "\"id\":\"a\"", "\"id\":\"x\"");

        RecoveredChain recovered = Recovery.recover(config);

        assertThat(recovered.state().tip().count()).isEqualTo(3);
        assertThat(recovered.headCheck()).isNotSameAs(HeadCheck.DONE);
        recovered.close();
    }

    @Test
    void readsEverythingWhenTheCheckpointIsOfAnotherLog() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        String checkpoint = Files.readString(dir.resolve("relay.checkpoint"));
        Files.writeString(
                dir.resolve("relay.checkpoint"),
                checkpoint.replaceAll("\"last_line_hash\":\"sha256:.{4}", "\"last_line_hash\":\"sha256:0000"));

        RecoveredChain recovered = Recovery.recover(config);

        assertThat(recovered.headCheck()).isSameAs(HeadCheck.DONE);
        assertThat(recovered.state().tip().count()).isEqualTo(2);
        recovered.close();
    }

    @Test
    void readsEverythingWhenTheCheckpointLiesAboutTheTip() throws IOException {
        ShortRun.of(config, "a", "b");
        ShortRun.ofCheckpoint(config);
        String checkpoint = Files.readString(dir.resolve("relay.checkpoint"));
        Files.writeString(
                dir.resolve("relay.checkpoint"),
                checkpoint.replaceAll("\"tip\":\"sha256:.{4}", "\"tip\":\"sha256:0000"));

        RecoveredChain recovered = Recovery.recover(config);

        assertThat(recovered.headCheck()).isSameAs(HeadCheck.DONE);
        recovered.close();
    }

    @Test
    void readsEverythingWhenTheCheckpointIsGarbage() throws IOException {
        ShortRun.of(config, "a", "b");
        Files.writeString(dir.resolve("relay.checkpoint"), "{\"offset\":12");
        dir.resolve("relay.checkpoint").toFile().setWritable(true, true);

        RecoveredChain recovered = Recovery.recover(config);

        assertThat(recovered.state().tip().count()).isEqualTo(2);
        recovered.close();
    }
}

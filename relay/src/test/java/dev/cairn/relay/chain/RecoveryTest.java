package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {

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
    void beginsAnEmptyLog() throws IOException {
        RecoveredChain recovered = Recovery.recover(config);

        assertThat(recovered.state()).isEqualTo(LogState.START);
        assertThat(recovered.tail()).isEqualTo(Tail.CLEAN);
        assertThat(Given.log(dir)).isEmptyFile();
        recovered.close();
    }

    @Test
    void continuesWhereALogEnds() throws IOException {
        ShortRun.of(config, "a", "b");

        ShortRun.of(config, "c");

        assertThat(Given.ids(dir)).containsExactly("a", "b", "c");
        assertThat(Given.intact(dir).tip().count()).isEqualTo(3);
    }

    @Test
    void mendsALastRecordTornAtEveryLength() throws IOException {
        ShortRun.of(config, "a");
        long before = Files.size(Given.log(dir));
        ShortRun.ofRecords(config, "b");
        byte[] whole = Files.readAllBytes(Given.log(dir));
        for (int length = (int) before + 1; length < whole.length; length++) {
            Files.write(Given.log(dir), Arrays.copyOf(whole, length));
            boolean lacksOnlyNewline = length == whole.length - 1;

            ShortRun.of(config, "c");

            assertThat(Given.intact(dir))
                    .as("cut at " + length)
                    .extracting(state -> state.tip().count(), LogState::repairs)
                    .containsExactly(lacksOnlyNewline ? 3L : 2L, lacksOnlyNewline ? 0L : 1L);
        }
    }

    @Test
    void mendsATailOfBytesThatAreNoLines() throws IOException {
        ShortRun.of(config, "a");
        byte[] noise = new byte[5_000];
        noise[100] = '\n';
        noise[4_999] = '\n';
        Files.write(Given.log(dir), noise, StandardOpenOption.APPEND);

        ShortRun.of(config, "b");

        assertThat(Given.intact(dir).repairs()).isEqualTo(1);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(2);
    }

    @Test
    void refusesATailLongerThanACommit() throws IOException {
        ShortRun.of(config, "a");
        Files.write(Given.log(dir), new byte[config.chain().batchBytesMax() + 1], StandardOpenOption.APPEND);

        Given.assertRefused(config, "line 3, offset ");
    }

    @Test
    void refusesALineChangedInTheMiddle() throws IOException {
        ShortRun.of(config, "a", "b", "c");
        Given.change(dir, "\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.committingAtMost(700, config);

        Given.assertRefused(
                config,
                "line 3, offset ",
                "expected sha256:",
                "found sha256:",
                Given.log(dir).toString(),
                "audit.accept_damage");
    }

    @Test
    void givesUpNoRecordsBehindAChangedLineWithoutACheckpoint() throws IOException {
        ShortRun.of(config, "a", "b", "c");
        Given.change(dir, "\"id\":\"b\"", "\"id\":\"x\"");
        Files.deleteIfExists(dir.resolve("relay.checkpoint"));

        Given.assertRefused(config, "line 3, offset ", "expected sha256:", "audit.accept_damage");
    }

    @Test
    void refusesALineThatIsMissing() throws IOException {
        ShortRun.of(config, "a", "b", "c");
        List<String> lines = Files.readAllLines(Given.log(dir));
        Files.write(
                Given.log(dir),
                lines.stream().filter(line -> !line.contains("\"id\":\"b\"")).toList());
        config = Given.committingAtMost(300, config);

        Given.assertRefused(config, "line 3, offset ");
    }

    @Test
    void refusesAHeartbeatThatWasChanged() throws IOException {
        ShortRun.of(config, "a");
        Given.change(dir, "\"kind\":\"start\"", "\"kind\":\"stop\" ");

        Given.assertRefused(config, "line 1, offset 0");
    }

    @Test
    void refusesALogThatIsGoneWhileItsSealsAreThere() throws IOException {
        ShortRun.of(config, "a");
        Files.delete(Given.log(dir));
        Files.writeString(dir.resolve("seals.relay.jsonl"), "{}\n");

        Given.assertRefused(config, "is gone", "seals.relay.jsonl");

        assertThat(Given.log(dir)).doesNotExist();
    }

    @Test
    void continuesOnceBehindDamageThatTheOperatorAccepts() throws IOException {
        ShortRun.of(config, "a", "b", "c");
        Given.change(dir, "\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.acceptingDamage(Given.committingAtMost(700, config));
        ShortRun.of(config, "d");
        config = Given.committingAtMost(700, Given.config(dir));

        ShortRun.of(config, "e");

        assertThat(Given.intact(dir).accepted()).isEqualTo(1);
        assertThat(Given.ids(dir)).containsExactly("a", "x", "c", "d", "e");
        assertThat(Files.readString(Given.log(dir))).containsOnlyOnce("\"what\":\"damage_accepted\"");
    }

    @Test
    void refusesNewDamageAlthoughOldWasAccepted() throws IOException {
        ShortRun.of(config, "a", "b", "c");
        Given.change(dir, "\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.acceptingDamage(Given.committingAtMost(700, config));
        ShortRun.of(config, "d");
        config = Given.committingAtMost(700, Given.config(dir));
        Given.change(dir, "\"id\":\"c\"", "\"id\":\"y\"");

        Given.assertRefused(config, "line 4, offset ");
    }

    @Test
    void mendsARepairThatWasTornItself() throws IOException {
        ShortRun.of(config, "a");
        Files.writeString(Given.log(dir), "{\"torn\":", StandardOpenOption.APPEND);
        long torn = Files.size(Given.log(dir));
        ShortRun.of(config, "b");
        byte[] mended = Files.readAllBytes(Given.log(dir));
        for (int length = (int) torn; length < torn + 700; length += 3) {
            Files.write(Given.log(dir), Arrays.copyOf(mended, length));

            ShortRun.of(config, "c");

            assertThat(Given.verdict(Files.readAllBytes(Given.log(dir))))
                    .as("cut at " + length)
                    .isInstanceOf(LogVerdict.Intact.class);
        }
    }
}

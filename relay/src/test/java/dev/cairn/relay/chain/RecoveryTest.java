package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
        RecoveredChain recovered = recover();

        assertThat(recovered.state()).isEqualTo(LogState.START);
        assertThat(recovered.tail()).isEqualTo(Tail.CLEAN);
        assertThat(Given.log(dir)).isEmptyFile();
        recovered.close();
    }

    @Test
    void continuesWhereALogEnds() throws IOException {
        run("a", "b");

        run("c");

        assertThat(Given.ids(dir)).containsExactly("a", "b", "c");
        assertThat(Given.intact(dir).tip().count()).isEqualTo(3);
    }

    @Test
    void mendsALastRecordTornAtEveryLength() throws IOException {
        run("a");
        long before = Files.size(Given.log(dir));
        ShortRun.ofRecords(config, "b");
        byte[] whole = Files.readAllBytes(Given.log(dir));
        for (int length = (int) before + 1; length < whole.length; length++) {
            Files.write(Given.log(dir), Arrays.copyOf(whole, length));
            boolean lacksOnlyNewline = length == whole.length - 1;

            run("c");

            assertThat(Given.intact(dir))
                    .as("cut at " + length)
                    .extracting(state -> state.tip().count(), LogState::repairs)
                    .containsExactly(lacksOnlyNewline ? 3L : 2L, lacksOnlyNewline ? 0L : 1L);
        }
    }

    @Test
    void mendsATailOfBytesThatAreNoLines() throws IOException {
        run("a");
        byte[] noise = new byte[5_000];
        noise[100] = '\n';
        noise[4_999] = '\n';
        Files.write(Given.log(dir), noise, StandardOpenOption.APPEND);

        run("b");

        assertThat(Given.intact(dir).repairs()).isEqualTo(1);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(2);
    }

    @Test
    void refusesATailLongerThanACommit() throws IOException {
        run("a");
        Files.write(Given.log(dir), new byte[config.chain().batchBytesMax() + 1], StandardOpenOption.APPEND);

        assertRefused("line 3, offset ");
    }

    @Test
    void refusesALineChangedInTheMiddle() throws IOException {
        run("a", "b", "c");
        change("\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.committingAtMost(700, config);

        assertRefused(
                "line 3, offset ",
                "expected sha256:",
                "found sha256:",
                Given.log(dir).toString(),
                "audit.accept_damage");
    }

    @Test
    void givesUpNoRecordsBehindAChangedLineWithoutACheckpoint() throws IOException {
        run("a", "b", "c");
        change("\"id\":\"b\"", "\"id\":\"x\"");
        Files.deleteIfExists(dir.resolve("relay.checkpoint"));

        assertRefused("line 3, offset ", "expected sha256:", "audit.accept_damage");
    }

    @Test
    void refusesALineThatIsMissing() throws IOException {
        run("a", "b", "c");
        List<String> lines = Files.readAllLines(Given.log(dir));
        Files.write(
                Given.log(dir),
                lines.stream().filter(line -> !line.contains("\"id\":\"b\"")).toList());
        config = Given.committingAtMost(300, config);

        assertRefused("line 3, offset ");
    }

    @Test
    void refusesAHeartbeatThatWasChanged() throws IOException {
        run("a");
        change("\"kind\":\"start\"", "\"kind\":\"stop\" ");

        assertRefused("line 1, offset 0");
    }

    @Test
    void refusesALogThatIsGoneWhileItsSealsAreThere() throws IOException {
        run("a");
        Files.delete(Given.log(dir));
        Files.writeString(dir.resolve("seals.relay.jsonl"), "{}\n");

        assertRefused("is gone", "seals.relay.jsonl");

        assertThat(Given.log(dir)).doesNotExist();
    }

    @Test
    void continuesOnceBehindDamageThatTheOperatorAccepts() throws IOException {
        run("a", "b", "c");
        change("\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.acceptingDamage(Given.committingAtMost(700, config));
        run("d");
        config = Given.committingAtMost(700, Given.config(dir));

        run("e");

        assertThat(Given.intact(dir).accepted()).isEqualTo(1);
        assertThat(Given.ids(dir)).containsExactly("a", "x", "c", "d", "e");
        assertThat(Files.readString(Given.log(dir))).containsOnlyOnce("\"what\":\"damage_accepted\"");
    }

    @Test
    void refusesNewDamageAlthoughOldWasAccepted() throws IOException {
        run("a", "b", "c");
        change("\"id\":\"b\"", "\"id\":\"x\"");
        config = Given.acceptingDamage(Given.committingAtMost(700, config));
        run("d");
        config = Given.committingAtMost(700, Given.config(dir));
        change("\"id\":\"c\"", "\"id\":\"y\"");

        assertRefused("line 4, offset ");
    }

    @Test
    void mendsARepairThatWasTornItself() throws IOException {
        run("a");
        Files.writeString(Given.log(dir), "{\"torn\":", StandardOpenOption.APPEND);
        long torn = Files.size(Given.log(dir));
        run("b");
        byte[] mended = Files.readAllBytes(Given.log(dir));
        for (int length = (int) torn; length < torn + 700; length += 3) {
            Files.write(Given.log(dir), Arrays.copyOf(mended, length));

            run("c");

            assertThat(Given.verdict(Files.readAllBytes(Given.log(dir))))
                    .as("cut at " + length)
                    .isInstanceOf(LogVerdict.Intact.class);
        }
    }

    private RecoveredChain recover() {
        return Recovery.recover(config);
    }

    private void run(String... ids) {
        ShortRun.of(config, ids);
    }

    private void change(String from, String to) throws IOException {
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.replaceFirst(java.util.regex.Pattern.quote(from), to));
    }

    private void assertRefused(String... said) {
        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(this::recover)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(said));
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.HeartbeatKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One log has one verdict, whoever asks: people, programs and the doctor.
class OneVerdictTest {

    @TempDir
    private Path dir;

    @TempDir
    private Path elsewhere;

    private SealedDirectory relay;

    /// start, record 0, record 1, heartbeat, record 2, stop.
    @BeforeEach
    void writeLog() throws IOException {
        relay = new SealedDirectory(dir)
                .beat(HeartbeatKind.START)
                .records(2)
                .beat(HeartbeatKind.BEAT)
                .records(1)
                .beat(HeartbeatKind.STOP);
    }

    @Test
    void aWholeLogIsIntact() {
        assertThat(relay.verify().out()).startsWith("INTACT");
        assertThat(relay.verify("--json").out()).contains("\"verdict\":\"intact\"");
    }

    @Test
    void aRecordChangedInTheMiddleIsBroken() throws IOException {
        relay.edit(relay.log(), "evt_0\"", "evt_X\"");

        assertBroken();
    }

    @Test
    void aRecordThatIsNoJsonAnyMoreIsBroken() throws IOException {
        relay.edit(relay.log(), "\"evt_0\"", "#evt_0\"");

        assertBroken();
    }

    @Test
    void aDeletedRecordIsBroken() throws IOException {
        relay.removeLine(relay.log(), 2);

        assertBroken();
    }

    @Test
    void aDeletedLastRecordIsBrokenThoughOnlyAHeartbeatTells() throws IOException {
        relay.removeLine(relay.log(), 4);

        assertBroken();
    }

    @Test
    void aDeletedFirstHeartbeatIsBroken() throws IOException {
        relay.removeLine(relay.log(), 0);

        assertBroken();
    }

    @Test
    void aDeletedFirstHeartbeatIsBrokenWithNoRecordBehindTheNextOne() throws IOException {
        relay.keepLines(relay.log(), 4);
        relay.removeLine(relay.log(), 0);

        assertBroken();
    }

    @Test
    void aSecondGenesisIsBroken() throws IOException {
        SealedDirectory other = new SealedDirectory(elsewhere).records(1, "other");
        Files.write(relay.log(), Files.readAllBytes(other.log()), StandardOpenOption.APPEND);

        assertBroken();
    }

    @Test
    void aLastLineWithoutEndIsTorn() throws IOException {
        byte[] log = Files.readAllBytes(relay.log());
        Files.write(relay.log(), Arrays.copyOf(log, log.length - 20));

        assertTorn();
    }

    @Test
    void aLastLineThatWasCutOffAndEndedIsTorn() throws IOException {
        byte[] log = Files.readAllBytes(relay.log());
        Files.write(relay.log(), Arrays.copyOf(log, log.length - 20));
        Files.writeString(relay.log(), "\n", StandardOpenOption.APPEND);

        assertTorn();
    }

    @Test
    void aNewestRecordThatIsNoJsonAnyMoreIsBrokenThoughOnlyAHeartbeatFollows() throws IOException {
        relay.edit(relay.log(), newestRecord(), "#" + newestRecord().substring(1));

        assertBroken();
    }

    @Test
    void aLogThatIsCutOffInsideASealedRecordIsBroken() throws IOException {
        relay.keepLines(relay.log(), 5);
        relay.seal();
        byte[] log = Files.readAllBytes(relay.log());
        Files.write(relay.log(), Arrays.copyOf(log, log.length - 20));

        assertBroken();
        assertSealsTell("the last line has no end", "the log lacks records that were sealed: they were taken away");

        Files.writeString(relay.log(), "\n", StandardOpenOption.APPEND);

        assertBroken();
        assertSealsTell(
                "the end of the log does not verify",
                "the log does not verify up to the record that was sealed: its end was changed or taken away");
    }

    @Test
    void aLogThatIsCutOffBehindWhatWasSealedIsTorn() throws IOException {
        relay.seal();
        byte[] log = Files.readAllBytes(relay.log());
        Files.write(relay.log(), Arrays.copyOf(log, log.length - 20));

        assertTorn();
    }

    private void assertSealsTell(String end, String seals) {
        String words = end + "; not what was sealed: " + seals;

        assertThat(relay.verify().out())
                .startsWith("BROKEN  " + words)
                .doesNotContain("Only the end", "its next start repairs");
        assertThat(relay.verify("--json").out()).contains("\"error\":\"" + words + "\"");
    }

    private String newestRecord() throws IOException {
        return Files.readAllLines(relay.log()).get(4);
    }

    private void assertBroken() {
        assertVerdict("BROKEN", "broken", "it does not verify behind its first ");
    }

    private void assertTorn() {
        assertVerdict("TORN", "torn", "its end is torn, behind its first ");
    }

    private void assertVerdict(String headline, String word, String finding) {
        CommandRun text = relay.verify();
        CommandRun json = relay.verify("--json");
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(text.out()).startsWith(headline);
        assertThat(json.out()).contains("\"verdict\":\"" + word + "\"").startsWith("{\"ok\":false,");
        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).containsPattern("\\[fail] chain +" + finding);
    }
}

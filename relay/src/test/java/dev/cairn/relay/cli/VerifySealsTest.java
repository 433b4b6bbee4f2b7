package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn verify` on a log with seals.
class VerifySealsTest {

    @TempDir
    private Path dir;

    private SealedDirectory relay = new SealedDirectory(Path.of("absent"));

    @BeforeEach
    void sealThreeTimes() throws IOException {
        relay = new SealedDirectory(dir.resolve("data"));
        Files.createDirectory(dir.resolve("data"));
        relay.records(4).seal().records(3).seal().records(5).seal().records(2);
    }

    @Test
    void saysUpToWhichRecordTheLogIsSealedAndWhatIsNot() {
        CommandRun run = relay.verify();
        CommandRun json = relay.verify("--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("INTACT")
                .contains("3 seals: 3 signed by their keys, 3 as the log has it")
                .containsPattern("sealed +up to record 12, at 2026-07-01T08:45:00.000Z by key [0-9a-f]{16}")
                .containsPattern("not proven +2 records at the end")
                .contains("witnesses: none has confirmed anything");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out())
                .startsWith("{\"ok\":true,\"verdict\":\"intact\",")
                .contains(
                        "\"sealed\":true,\"seals\":{",
                        "\"signed\":3,",
                        "\"witnesses\":null,\"proven\":{\"signed\":{\"records\":12,");
    }

    @Test
    void aLogWithoutSealsIsWhatItWasAndSaysSo() throws IOException {
        Files.delete(relay.seals());

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("INTACT")
                .containsOnlyOnce("not sealed")
                .doesNotContain("not proven");
        assertThat(relay.verify("--json").out()).contains("\"sealed\":false,\"seals\":null,");
    }

    @Test
    void aNewestSealThatIsNoJsonAnyMoreWasChangedAndNotCutOffByACrash() throws IOException {
        String seals = Files.readString(relay.seals());
        int third = seals.lastIndexOf('\n', seals.length() - 2) + 1;
        Files.writeString(relay.seals(), seals.replaceFirst("(?s)\"}}\n$", "#}}\n"));

        CommandRun run = relay.verify();
        CommandRun json = relay.verify("--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith(
                        "BROKEN  every link of the log holds, but not what was sealed: the seal was changed: it is no"
                                + " JSON object")
                .contains("seals.relay.jsonl line 3, byte " + third + ": the seal was changed")
                .doesNotContain("cut off by a crash");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).contains("\"verdict\":\"broken\"").contains("\"torn\":0,");
    }

    @Test
    void anEditedSealIsNamedWithItsPlace() throws IOException {
        int second = Files.readString(relay.seals()).indexOf('\n') + 1;
        relay.edit(relay.seals(), "2026-07-01T08:30:00.000Z", "2026-07-01T08:31:00.000Z");

        CommandRun run = relay.verify();
        CommandRun json = relay.verify("--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("BROKEN  every link of the log holds, but not what was sealed: the seal was changed")
                .contains("seals.relay.jsonl line 2, byte " + second + ": the seal was changed")
                .containsPattern("expected +a signature by key [0-9a-f]{16}")
                .containsPattern("found +hmac-sha256:")
                .contains("also       line 3: seals were removed, added or moved");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out())
                .startsWith("{\"ok\":false,\"error\":\"not what was sealed: ")
                .contains("\"faults\":[{\"kind\":\"signature\",\"line\":2,\"offset\":" + second + ",\"expected\":");
    }

    @Test
    void aDroppedSealIsNoticedByTheNext() throws IOException {
        relay.removeLine(relay.seals(), 1);

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("line 2", "seals were removed, added or moved")
                .containsPattern("expected +seal 2 after");
    }

    @Test
    void aSealFromTheFutureOfTheLogAndALogThatWasCutOffLookAlike() throws IOException {
        relay.keepLines(relay.log(), 6);

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("BROKEN")
                .contains("line 2", "the log lacks records that were sealed")
                .containsPattern("expected +record 7")
                .containsPattern("found +the log ends with record 6")
                .containsPattern("sealed +up to record 4,");
    }

    @Test
    void anotherHistoryWithTheSameCountIsNotWhatWasSealed() throws IOException {
        Path other = Files.createDirectory(dir.resolve("other"));
        new SealedDirectory(other).records(1, "other").records(13);
        Files.copy(other.resolve("events.relay.jsonl"), relay.log(), StandardCopyOption.REPLACE_EXISTING);

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("BROKEN").contains("the log's record is another than the one that was sealed");
    }

    @Test
    void aKeyThatCannotBeReadIsNoFaultAndSaidPlainly() throws IOException {
        CommandRun without = relay.verify(
                "--keys", Files.createDirectory(dir.resolve("empty")).toString());
        Path key =
                relay.keys().resolve(Keyring.in(relay.keys()).list().getFirst().id() + ".key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun exposed = relay.verify();

        assertThat(without.exitCode()).isZero();
        assertThat(without.out())
                .contains("0 signed by their keys, 3 as the log has it")
                .containsPattern("sealed +up to record 12, at .*, by a key that was not checked")
                .containsPattern("seals by key [0-9a-f]{16} are not checked against it: ");
        assertThat(exposed.exitCode()).isZero();
        assertThat(exposed.out()).contains("are not checked against it: " + key.toAbsolutePath());
    }

    @Test
    void whatIsBehindAFaultOfTheLogIsNotProven() throws IOException {
        relay.records(20_000).seal().witnessed(1, "a"); // Too much to be taken for a torn end.
        relay.edit(relay.log(), "\"id\":\"evt_5\"", "\"id\":\"evt_X\"");

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("BROKEN")
                .doesNotContain("witnessed", "up to record 20,014")
                .containsPattern("sealed +up to record 4,")
                .doesNotContain("up to record 12");
    }

    @Test
    void aCopyIsVerifiedElsewhereWithItsKeys() throws IOException {
        Path copy = Files.createDirectory(dir.resolve("copy"));
        Path log = Files.copy(relay.log(), copy.resolve("log.jsonl"));
        Path seals = Files.copy(relay.seals(), copy.resolve("seals.jsonl"));

        CommandRun run = CommandRun.of(
                "verify",
                "--file",
                log.toString(),
                "--seals",
                seals.toString(),
                "--keys",
                relay.keys().toString());
        CommandRun missing = CommandRun.of(
                "verify",
                "--file",
                log.toString(),
                "--seals",
                copy.resolve("none").toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("3 signed by their keys");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("no such file");
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a broken log: what holds before the damage, and what behind it.
class BrokenLogTest {

    @TempDir
    private Path dir;

    private SealedDirectory sealed;

    @BeforeEach
    void writeTwentyRecords() throws IOException {
        sealed = new SealedDirectory(dir).records(20);
    }

    @Test
    void oneChangedRecordDoesNotMakeAllOthersWorthless() throws IOException {
        sealed.edit(sealed.log(), "evt_4\"", "evt_X\"");

        CommandRun run = sealed.verify();
        CommandRun json = sealed.verify("--json");
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("line 5, byte ", "The 4 records before it hold.", "Behind it 15 lines link and hash again.")
                .doesNotContain("The last ");
        assertThat(json.out()).contains("\"line\":5,").contains("\"records_before\":4,");
        assertThat(doctor.out()).containsPattern("\\[fail] chain +it does not verify behind its first 4 records");
    }

    @Test
    void furtherFaultsBehindTheFirstAreCounted() throws IOException {
        sealed.edit(sealed.log(), "evt_0\"", "evt_X\"");
        sealed.edit(sealed.log(), "evt_9\"", "evt_Y\"");
        sealed.edit(sealed.log(), "evt_12\"", "evt_Z\"");

        CommandRun run = sealed.verify();

        assertThat(run.out())
                .contains(
                        "There is no record before it.",
                        "Of the 19 lines behind it 2 are wrong too; the others link and hash again.");
    }

    @Test
    void anEndThatDoesNotVerifyIsNotCountedAsGood() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(sealed.log()));
        lines.add(1, "{\"id\":\"added\"}");
        Files.write(sealed.log(), lines);
        Files.writeString(sealed.log(), "{\"id\":\"forged\"}\n", StandardOpenOption.APPEND);

        CommandRun run = sealed.verify();

        assertThat(run.out())
                .contains(
                        "The 1 record before it holds.",
                        "Behind it 19 lines link and hash again.",
                        "The last 16 B do not verify, or were not read any more.");
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    @TempDir
    private Path dir;

    @Test
    void anEmptyLogIsNoProof() throws IOException {
        Path log = Files.createFile(dir.resolve("events.relay.jsonl"));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("NO RECORDS");
    }

    @Test
    void aFileThatIsNotThereIsUsage() {
        CommandRun run = CommandRun.of("verify", "--data", dir.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no log " + dir.resolve("events.relay.jsonl"));
    }

    @Test
    void aLineThatNobodyHashedIsShownWithItsPlace() throws IOException {
        Path log = Files.writeString(dir.resolve("log"), "{\"_relay\":{},\"id\":\"forged\"}\n".repeat(2));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("line 1, byte 0: ");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).contains("\"faults\":[{\"kind\":\"not_a_record\",\"line\":1,\"offset\":0,");
    }

    @Test
    void aUsersLogIsToldByItsLinesAndVerifiedByItsOwnRules() throws IOException {
        String event = "{\"id\":\"%s\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"},"
                + "\"event_hash\":\"sha256:" + "0".repeat(64) + "\"}\n";
        Path log = Files.writeString(dir.resolve("user.jsonl"), event.formatted("a"));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("BROKEN  this user's log").contains("event 1: it was changed");
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsListCommandTest {

    @TempDir
    private Path dir;

    @Test
    void theNewestReceiptsOfAllChainsComeFirst() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir)
                .chain("2026-06-15", 2)
                .at("2026-06-16T10:00:00Z")
                .chain("2026-06-16/agent/a", 1);
        store.execute("UPDATE receipts SET tool_name = 'Read' WHERE sequence = 2");

        CommandRun all = store.run("list");
        CommandRun one = store.run("list", "--limit", "1");

        assertThat(all.exitCode()).isZero();
        assertThat(all.out()).isEqualTo("""
                   SEQ  TIMESTAMP             CHAIN               TOOL / ACTION TYPE
                     1  2026-06-16T10:00:00Z  2026-06-16/agent/a  filesystem.file.read
                     2  2026-06-15T10:00:00Z  2026-06-15          Read / filesystem.file.read
                     1  2026-06-15T10:00:00Z  2026-06-15          filesystem.file.read
                """);
        assertThat(one.out().lines()).hasSize(2);
    }

    @Test
    void aProgramGetsALineForEachReceipt() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 2);

        CommandRun run = store.run("list", "--json");

        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out())
                .startsWith(
                        "{\"chain_id\":\"a\",\"sequence\":2,\"id\":\"urn:receipt:a:2\",\"timestamp\":\"2026-06-15T10:00:00Z\"");
    }

    @Test
    void anEmptyStoreIsNoFailure() throws Exception {
        CommandRun run = ReceiptsFixture.in(dir).run("list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("no receipts found\n");
    }

    @Test
    void hostileColumnsReachNoTerminalAndEndNothing() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir, ReceiptsFixture.SCHEMA.replace(" NOT NULL", ""));
        store.execute(
                "INSERT INTO receipts(id, chain_id, sequence, action_type, timestamp) VALUES(NULL, char(27) || '[31m', 'x',"
                        + " char(27) || 'a', CAST(zeroblob(5000000) AS TEXT))");
        store.execute("INSERT INTO receipts(id) VALUES(x'ff')");

        CommandRun run = store.run("list");
        CommandRun json = store.run("list", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\\u001b[31m", "\\u001ba").doesNotContain("\u001b");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{") && !line.contains("\u001b"));
    }

    @Test
    void aLimitOutOfRangeIsUsage() throws Exception {
        assertThat(ReceiptsFixture.in(dir).run("list", "--limit", "0").exitCode())
                .isEqualTo(2);
    }
}

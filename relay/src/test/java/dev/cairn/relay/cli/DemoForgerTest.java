package dev.cairn.relay.cli;

import static dev.cairn.relay.cli.SealedDirectory.pin;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forgeries of the demo are good ones: each is found by nothing less than what the demo says.
class DemoForgerTest {

    @TempDir
    private Path dir;

    private SealedDirectory relay = new SealedDirectory(Path.of("absent"));
    private DemoForger forger = new DemoForger(Path.of("absent"), "");

    @BeforeEach
    void sealThrice() throws IOException {
        relay = new SealedDirectory(Files.createDirectory(dir.resolve("relay")));
        relay.records(2).seal().witnessed(2, "a", "b");
        relay.records(3).seal().witnessed(2, "a", "b");
        relay.records(2).seal().witnessed(2, "a", "b");
        forger = new DemoForger(dir.resolve("relay"), "evt_3");
    }

    @Test
    void anEditedRecordIsFoundByItsHash() throws IOException {
        int line = forger.edit(copy(), "evt_x");

        JsonObject found = verify();
        assertThat(line).isEqualTo(4);
        assertThat(found.objects("faults").getFirst().number("line")).isEqualTo(4);
    }

    @Test
    void aRewrittenChainHoldsAndIsFoundByTheSealsThatComeAfterTheForgery() throws IOException {
        long record = forger.rewrite(copy());

        JsonObject found = verify();
        assertThat(record).isEqualTo(4);
        assertThat(found.objects("faults")).isEmpty();
        assertThat(found.number("records")).isEqualTo(6);
        assertThat(part(found, "seals").objects("faults")).isNotEmpty().allMatch(fault -> fault.number("line", 0) > 1);
    }

    @Test
    void newSealsByTheRelaysKeyHoldAndAreFoundByTheReceipts() throws IOException {
        forger.reseal(copy());

        JsonObject found = verify();
        assertThat(found.isTrue("ok")).isFalse();
        assertThat(found.objects("faults")).isEmpty();
        assertThat(part(found, "seals").objects("faults")).isEmpty();
        assertThat(part(found, "seals").number("signed")).isEqualTo(3);
        assertThat(part(found, "witnesses").objects("faults")).isNotEmpty();
    }

    private static JsonObject part(JsonObject found, String name) {
        return Objects.requireNonNull(found.object(name));
    }

    private Path copy() {
        return dir.resolve("copy");
    }

    private JsonObject verify() {
        CommandRun run = CommandRun.of(
                "verify",
                "--json",
                "--file",
                copy().resolve("events.relay.jsonl").toString(),
                "--keys",
                relay.keys().toString(),
                "--witness-key",
                pin("a"),
                "--witness-key",
                pin("b"),
                "--quorum",
                "2");
        assertThat(run.exitCode()).isEqualTo(1);
        return JsonObject.parse(run.out().strip());
    }
}

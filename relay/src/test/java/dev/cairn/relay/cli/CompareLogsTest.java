package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `cairn verify --against`: a user's log and the relay's, side by side.
@Timeout(30)
class CompareLogsTest {

    @TempDir
    private Path dir;

    private SealedDirectory relay;

    @BeforeEach
    void writeTheRelaysLog() throws IOException {
        relay = new SealedDirectory(dir).records(2);
    }

    @Test
    void logsAreComparedBeforeTheyAreFollowed() throws IOException {
        UserHome user = new UserHome(dir.resolve("home")).event();

        CommandRun run =
                relay.verify("--follow", "--against", user.file("events.jsonl").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsSubsequence("INTACT", "DIVERGENT")
                .containsPattern("relay +lacks 1 event that the user's log has");
    }

    @Test
    void aProgramGetsOneObjectOnOneLine() throws IOException {
        UserHome user = new UserHome(dir.resolve("home")).event();

        CommandRun run =
                relay.verify("--json", "--against", user.file("events.jsonl").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.out())
                .startsWith("{\"ok\":false,\"error\":\"the relay lacks 1 event that the user's log has\",")
                .contains("\"verdict\":\"intact\"", "\"user_log\":{\"ok\":true,\"verdict\":\"intact\",")
                .contains("\"divergence\":{\"divergent\":true,\"user_events\":1,\"relay_events\":2,")
                .contains("{\"missing_in\":\"relay\",\"id\":\"e0\",")
                .contains("{\"missing_in\":\"user_log\",\"id\":\"evt_1\",");
    }

    @Test
    void ofManyMissingEventsTheFirstThousandAreNamedAndAllCounted() throws IOException {
        String event = "{\"id\":\"u%d\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}}\n";
        String events = IntStream.range(0, 1_500).mapToObj(event::formatted).collect(Collectors.joining());
        Path user = Files.writeString(dir.resolve("user.jsonl"), events);

        CommandRun run = relay.verify("--json", "--against", user.toString());
        CommandRun text = relay.verify("--against", user.toString());

        assertThat(run.out()).contains("\"missing_in_relay\":1500,");
        assertThat(run.out().split("\"missing_in\":", -1)).hasSize(1_001);
        assertThat(text.out()).contains("… and more; --json names up to 1,000").contains("lacks 1,500 events");
    }

    @Test
    void theLongestIdsThatALogMayHaveAreNotAllKept() throws IOException {
        String id = "x".repeat(600 * 1024);
        String events = IntStream.range(0, 3)
                .mapToObj(n -> "{\"id\":\"" + n + id + "\"}\n")
                .collect(Collectors.joining());
        Path user = Files.writeString(dir.resolve("user.jsonl"), events);

        CommandRun json = relay.verify("--json", "--against", user.toString());
        CommandRun text = relay.verify("--against", user.toString());

        assertThat(json.out()).contains("\"missing_in_relay\":3,");
        assertThat(json.out().split("\"missing_in\":\"relay\"", -1)).hasSize(1 + 1);
        assertThat(text.out()).contains("… and more", "lacks 3 events");
    }

    @Test
    void anEventWithAnotherContentInEitherLogIsNamed() throws IOException {
        Path user = new UserHome(dir.resolve("home")).event("evt_1").file("events.jsonl"); // Its own hashes hold.

        CommandRun text = relay.verify("--against", user.toString());
        CommandRun json = relay.verify("--json", "--against", user.toString());

        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out())
                .contains("DIVERGENT", "different contents under one id: evt_1")
                .containsPattern("both +have different contents under 1 id\n")
                .containsPattern("relay +lacks 0 events");
        assertThat(json.out())
                .startsWith("{\"ok\":false,\"error\":\"1 id with different contents in the two logs\",")
                .contains("\"user_log\":{\"ok\":true,", "\"differing\":1,", "\"differing_events\":[{\"id\":\"evt_1\",");
    }
}

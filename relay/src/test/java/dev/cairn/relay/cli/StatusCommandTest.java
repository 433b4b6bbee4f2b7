package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `cairn status` makes of a relay's answers, without its HTTP server.
class StatusCommandTest {

    @TempDir
    private Path dir;

    @Test
    void aRelayThatRefusesEventsIsDegradedWhetherItHasHttpOrNot() throws IOException {
        try (FakeRelay _ = relay(now(), ",\"degraded\":\"No space left on device\"")) {
            CommandRun run = CommandRun.of("status", "--data", dir.toString());
            CommandRun json = CommandRun.of("status", "--json", "--data", dir.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).containsPattern("relay +degraded +chain: No space left on device");
            assertThat(json.exitCode()).isEqualTo(1);
            assertThat(json.out())
                    .startsWith("{\"ok\":false,\"error\":\"degraded: chain: No space left on device\",")
                    .contains("\"status\":\"degraded\",\"reason\":\"chain: No space left on device\"");
        }
    }

    @Test
    void aHeartbeatThatIsMinutesOldIsLate() throws IOException {
        try (FakeRelay _ = relay(now() - 600_000, "")) {
            CommandRun run = CommandRun.of("status", "--data", dir.toString());
            CommandRun json = CommandRun.of("status", "--json", "--data", dir.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).containsPattern("relay +running").containsPattern("heartbeat +10 m \\d+ s ago, late");
            assertThat(json.exitCode()).isEqualTo(1);
            assertThat(json.out()).contains("\"status\":\"heartbeat_late\"", "\"heartbeat_late\":true");
        }
    }

    @Test
    void silencesAreToldWithTheirBeginningAndLength() throws IOException {
        String gaps = ",\"gaps\":4,\"newest_gaps\":[{\"since\":\"2026-01-01T00:00:00Z\",\"length_ms\":60000},"
                + "{\"since\":\"2026-01-02T00:00:00Z\",\"length_ms\":61000},"
                + "{\"since\":\"2026-01-03T00:00:00Z\",\"length_ms\":62000},"
                + "{\"since\":\"2026-01-04T00:00:00Z\",\"length_ms\":3600000}]";
        try (FakeRelay _ = relay(now(), gaps)) {
            CommandRun run = CommandRun.of("status", "--data", dir.toString());
            CommandRun json = CommandRun.of("status", "--json", "--data", dir.toString());

            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .containsPattern("gaps +4 silences where a heartbeat was due, the newest:")
                    .contains("1 m 2 s from 2026-01-03T00:00:00Z", "1 h 0 m from 2026-01-04T00:00:00Z")
                    .doesNotContain("2026-01-01");
            assertThat(json.out())
                    .contains("\"gaps\":4,\"newest_gaps\":[{\"since\":\"2026-01-01T00:00:00Z\",\"length_ms\":60000},");
        }
    }

    @Test
    void aRelayThatIsWellSaysSoAndHasNoGaps() throws IOException {
        try (FakeRelay _ = relay(now(), "")) {
            CommandRun run = CommandRun.of("status", "--data", dir.toString());
            CommandRun json = CommandRun.of("status", "--json", "--data", dir.toString());

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).doesNotContain("gaps", "late", "degraded");
            assertThat(json.out())
                    .startsWith("{\"ok\":true,\"status\":\"ok\",")
                    .contains("\"gaps\":0,\"newest_gaps\":[]");
        }
    }

    private FakeRelay relay(long lastBeat, String more) throws IOException {
        return new FakeRelay(dir.resolve("relay.sock"), lastBeat, more);
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}

package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.relay.Controls;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.faults.LineClient;
import dev.cairn.relay.seal.StandInWitness.Mood;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A quorum that is missing for too long is told to whoever follows the relay live, and to its log.
@Timeout(120)
class QuorumOverdueIT {

    @TempDir
    private Path dir;

    @Test
    void isToldOnceAndSoIsItsEnd() throws Exception {
        Path data = dir.resolve("data");
        try (var witness = new StandInWitness(Mood.REFUSES)) {
            Path config = Files.writeString(
                    dir.resolve("config.json"),
                    StandInWitness.config(1, witness).replace("\"quorum\":1", "\"quorum\":1,\"overdue_seconds\":2"));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString());
                    Controls controls = Controls.of(relay);
                    LineClient client = LineClient.connect(relay.socket())) {
                seal(client, "a");
                RunningSeals.until(() -> controls.ofType("quorum_overdue").size() == 1);
                seal(client, "b"); // A newer one begins nothing anew: no seal has its quorum.
                RunningSeals.until(() -> witness.asked.size() >= 5);
                assertThat(controls.ofType("quorum_overdue")).hasSize(1);
                assertThat(client.ask("{\"type\":\"seal_status\"}\n")).contains("\"witness_quorum_overdue\":true");
                assertThat(client.ask("{\"type\":\"seal_status\"}\n")).contains("\"witness_quorum_met\":false");

                witness.turn(Mood.CONFIRMS);
                RunningSeals.until(() -> controls.ofType("quorum_met").size() == 1);
                assertThat(client.ask("{\"type\":\"seal_status\"}\n"))
                        .contains("\"witness_quorum_met\":true", "\"witness_quorum_overdue\":false");

                witness.turn(Mood.REFUSES);
                seal(client, "c");
                RunningSeals.until(() -> controls.ofType("quorum_overdue").size() == 2);
                assertThat(controls.ofType("quorum_overdue"))
                        .extracting(control -> control.getLong("seq"), control -> control.getLong("unmetSec") >= 2)
                        .containsExactly(tuple(1L, true), tuple(3L, true));
            }
        }

        assertThat(Files.readString(data.resolve("relay-stderr.log")))
                .contains("no seal was confirmed for a long time");
    }

    private static void seal(LineClient client, String id) throws Exception {
        assertThat(client.ask(LineClient.event(id))).startsWith("{\"ok\":true");
        assertThat(client.ask("{\"type\":\"seal\"}\n")).startsWith("{\"ok\":true");
    }
}

package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.faults.LineClient;
import dev.cairn.relay.seal.StandInWitness.Mood;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A quorum that is missing for too long is told to whoever follows the relay live, and to its log.
@Timeout(120)
class QuorumOverdueIT {

    @TempDir
    private Path dir;

    private final List<JsonObject> controls = new CopyOnWriteArrayList<>();

    @Test
    void isToldOnceAndSoIsItsEnd() throws Exception {
        Path data = dir.resolve("data");
        try (var witness = new StandInWitness(Mood.REFUSES)) {
            Path config = Files.writeString(
                    dir.resolve("config.json"),
                    StandInWitness.config(1, witness).replace("\"quorum\":1", "\"quorum\":1,\"overdue_seconds\":2"));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString());
                    LineClient client = LineClient.connect(relay.socket())) {
                follow(relay);
                seal(client, "a");
                RunningSeals.until(() -> count("quorum_overdue") == 1);
                seal(client, "b"); // A newer one begins nothing anew: no seal has its quorum.
                RunningSeals.until(() -> witness.asked.size() >= 5);
                assertThat(count("quorum_overdue")).isEqualTo(1);
                assertThat(client.ask("{\"type\":\"seal_status\"}\n")).contains("\"witness_quorum_met\":false");

                witness.turn(Mood.CONFIRMS);
                RunningSeals.until(() -> count("quorum_met") == 1);
                assertThat(client.ask("{\"type\":\"seal_status\"}\n")).contains("\"witness_quorum_met\":true");

                witness.turn(Mood.REFUSES);
                seal(client, "c");
                RunningSeals.until(() -> count("quorum_overdue") == 2);
            }
        }

        assertThat(controls)
                .filteredOn(control -> control.getString("type").equals("quorum_overdue"))
                .extracting(control -> control.getLong("seq"), control -> control.getLong("unmetSec") >= 2)
                .containsExactly(tuple(1L, true), tuple(3L, true));
        assertThat(Files.readString(data.resolve("relay-stderr.log")))
                .contains("no seal was confirmed for a long time");
    }

    private long count(String type) {
        return controls.stream()
                .filter(control -> control.getString("type").equals(type))
                .count();
    }

    private static void seal(LineClient client, String id) throws Exception {
        assertThat(client.ask(LineClient.event(id))).startsWith("{\"ok\":true");
        assertThat(client.ask("{\"type\":\"seal\"}\n")).startsWith("{\"ok\":true");
    }

    private void follow(RelayProcess relay) throws Exception {
        URI stream = URI.create(relay.http().toString().replaceFirst("^http", "ws") + "/v1/stream");
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + relay.token())
                .buildAsync(stream, new Listener())
                .get(10, TimeUnit.SECONDS);
        socket.sendText("{\"t\":\"hello\",\"v\":1}", true).get(10, TimeUnit.SECONDS);
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder frame = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                JsonObject message = new JsonObject(frame.toString());
                if ("ctl".equals(message.getString("t"))) {
                    controls.add(message);
                }
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}

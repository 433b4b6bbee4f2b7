package dev.cairn.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.chain.Clocks;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.faults.LineClient;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Somebody sets the wall clock back while a whole relay runs.
@Timeout(90)
class ClockSetBackTest {

    private static final String QUICK_BEATS = "{\"heartbeat\":{\"interval_seconds\":1}}";

    @TempDir
    private Path dir;

    @Test
    void timesOfSealsGoOnAndTheLogSaysByHowMuchItWasSet() throws Exception {
        AtomicReference<Duration> setBy = new AtomicReference<>(Duration.ZERO);
        Clocks clocks = new Clocks(() -> Instant.now().plus(setBy.get()), System::nanoTime);
        RelayConfig config = RelayConfig.read(QUICK_BEATS.getBytes(UTF_8), Places.in(dir))
                .config()
                .withHttp("127.0.0.1", 0);
        Relay relay = Relay.start(config, clocks, Promise.<Void>promise().future(), _ -> {})
                .await(20, SECONDS);
        String before;
        String after;
        try (LineClient client = LineClient.connect(relay.doors().sockets().getFirst())) {
            before = seal(client, "a");
            setBy.set(Duration.ofHours(-1));
            after = seal(client, "b");
            awaitNote();
        } finally {
            relay.stop().await(20, SECONDS);
        }

        assertThat(Instant.parse(after)).isEqualTo(Instant.parse(before).plusMillis(1));
        List<String> times = Files.readAllLines(dir.resolve("seals.relay.jsonl")).stream()
                .map(line -> new JsonObject(line).getString("sealed_at"))
                .toList();
        assertThat(times).isSorted().doesNotHaveDuplicates().startsWith(before, after);
        assertThat(Files.readString(log()))
                .containsPattern("\"what\":\"clock_step\",\"ms\":-3(600\\d|599\\d)\\d\\d\\D");
    }

    @Test
    void theTimeThatTheRelayIsUpGoesOn() throws Exception {
        AtomicReference<Duration> setBy = new AtomicReference<>(Duration.ZERO);
        Clocks clocks = new Clocks(() -> Instant.now().plus(setBy.get()), System::nanoTime);
        RelayConfig config = RelayConfig.defaults(Places.in(dir)).withoutHttp();
        Relay relay = Relay.start(config, clocks, Promise.<Void>promise().future(), _ -> {})
                .await(20, SECONDS);
        long before;
        long pong;
        long state;
        try (LineClient client = LineClient.connect(relay.doors().sockets().getFirst())) {
            before = uptime(client, "ping");
            setBy.set(Duration.ofHours(-1));
            pong = uptime(client, "ping");
            state = uptime(client, "get_chain_state");
        } finally {
            relay.stop().await(20, SECONDS);
        }

        assertThat(before).isNotNegative();
        assertThat(pong).isGreaterThanOrEqualTo(before);
        assertThat(state).isGreaterThanOrEqualTo(pong);
    }

    private static long uptime(LineClient client, String question) throws Exception {
        return new JsonObject(client.ask("{\"type\":\"" + question + "\"}\n")).getLong("uptime_ms");
    }

    private static String seal(LineClient client, String id) throws Exception {
        assertThat(client.ask(LineClient.event(id))).startsWith("{\"ok\":true");
        JsonObject answer = new JsonObject(client.ask("{\"type\":\"seal\"}\n"));
        assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
        return answer.getString("sealed_at");
    }

    private void awaitNote() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(45);
        while (!Files.readString(log()).contains("clock_step")) {
            assertThat(System.nanoTime()).as("no note").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Path log() {
        return dir.resolve("events.relay.jsonl");
    }
}

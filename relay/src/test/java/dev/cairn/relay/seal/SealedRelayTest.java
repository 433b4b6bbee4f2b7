package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.SealLog;
import dev.cairn.protocol.seal.SealReport;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Seals of a whole relay, on real files and a real socket.
@Timeout(60)
class SealedRelayTest {

    @TempDir
    private Path dir;

    @Test
    void sealsOnDemandAndAtStopWhatTheLogHoldsThere() throws Exception {
        JsonObject status;
        JsonObject made;
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            relay.emit("a");
            relay.emit("b");
            made = relay.ask("{\"type\":\"seal\"}");
            status = relay.sealStatus();
            assertThat(relay.ask("{\"type\":\"get_chain_state\"}").getLong("last_seal_event_count"))
                    .isEqualTo(2);
            relay.emit("c");
        }

        assertThat(made.getBoolean("ok")).as(made.encode()).isTrue();
        assertThat(status.getString("last_seal_at")).isEqualTo(made.getString("sealed_at"));
        assertThat(status.getString("last_seal_tip")).isEqualTo(made.getString("tip_hash"));
        assertThat(status.getLong("last_seal_events")).isEqualTo(2);
        assertThat(status.getLong("seals_total")).isEqualTo(1);
        assertThat(RunningSeals.seals(dir))
                .extracting(seal -> seal.payload().count())
                .containsExactly(2L, 3L);
        assertThat(Files.readAllLines(log())).last().asString().contains("\"kind\":\"stop\"");
        assertSound(2);
    }

    @Test
    void sealsAtStartWhatAnEarlierRunLeft() throws Exception {
        String unsealed = "{\"auto_seal\":{\"at_stop\":false}}";
        try (RunningRelay relay = RunningRelay.start(dir, unsealed)) {
            relay.emit("a");
        }
        assertThat(RunningSeals.seals(dir)).isEmpty();

        try (RunningRelay relay = RunningRelay.start(dir, unsealed)) {
            RunningSeals.until(() -> RunningSeals.seals(dir).size() == 1);
            assertThat(relay.fatal).isNotDone();
        }

        assertSound(1);
    }

    @Test
    void refusesToStartOnALogThatWasCutOffAtItsEnd() throws Exception {
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            relay.emit("a");
            relay.emit("b");
        }
        List<String> lines = Files.readAllLines(log());
        int second = lines.indexOf(lines.stream()
                .filter(line -> line.contains("\"id\":\"b\""))
                .findFirst()
                .orElseThrow());
        Files.writeString(log(), String.join("\n", lines.subList(0, second)) + "\n");
        Files.delete(dir.resolve("relay.checkpoint"));

        assertThatThrownBy(() -> RunningRelay.start(dir, "{}")).hasMessageContaining("found 1 records");
    }

    @Test
    void tellsTheChainOfARotation() throws Exception {
        Vectors.writeRing(dir);
        String now;
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            now = Keyring.in(dir.resolve(KeyWatch.RING)).rotate().now();
            RunningSeals.until(() -> read().contains("key_rotated"));
            assertThat(relay.sign("{\"type\":\"commit-attestation\",\"schema_version\":1}")
                            .getString("key_id"))
                    .isEqualTo(now);
        }

        assertThat(read().split("key_rotated", -1)).hasSize(2);
        assertThat(read()).contains("\"old_key_id\":\"" + Vectors.KEY_ID + "\"", "\"new_key_id\":\"" + now + "\"");
    }

    private void assertSound(int seals) throws Exception {
        try (SealLog log = SealLog.open(dir.resolve(RecoveredSeals.NAME), Keyring.in(dir.resolve(KeyWatch.RING)))) {
            LogVerdict verdict = new LogFileVerifier(log(), 1)
                    .verify(LogState.START, log.alongside(LogState.START, LogListener.NONE), _ -> {});
            SealReport report = log.report(verdict);

            assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
            assertThat(report.faults()).isEmpty();
            assertThat(report.compared()).isEqualTo(seals);
            assertThat(report.signed()).isEqualTo(seals);
        }
    }

    private String read() {
        try {
            return Files.readString(log());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path log() {
        return dir.resolve("events.relay.jsonl");
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.Controls;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.faults.LineClient;
import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.StoredReceipts;
import dev.cairn.relay.seal.StandInWitness;
import dev.cairn.relay.seal.StandInWitness.Mood;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A witness that signs something else than it was shown is caught: its reply is kept, the relay tells it
/// to everybody who listens, and `cairn verify` names the witness.
@Timeout(180)
class EquivocatingWitnessIT {

    @TempDir
    private Path dir;

    @Test
    void isNamedAlsoWhereItContradictsASealOfReceipts() throws Exception {
        Path data = dir.resolve("data");
        try (var liar = new StandInWitness(Mood.SIGNS_ANOTHER)) {
            Path config = Files.writeString(dir.resolve("config.json"), StandInWitness.config(1, liar));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString());
                    Emitter emitter = new Emitter(relay.socket());
                    LineClient client = LineClient.connect(relay.socket())) {
                until(() -> relay.stderr().contains("\"chain\":\"receipts\",\"reason\":\"there is no record yet\""));
                emitter.send(
                        Emitter.frame("tool", "")); // Not sealed by the start as well: one seal, one contradiction.
                new StoredReceipts(data).await(1);
                assertThat(client.ask("{\"type\":\"seal\"}\n")).contains("\"receipts\"");
                until(() -> ask(client, "receipts_status").contains("\"witness_contradictions\":1"));

                CommandRun status = CommandRun.of("status", "--data", data.toString());
                CommandRun json = CommandRun.of("status", "--json", "--data", data.toString());
                CommandRun doctor = CommandRun.of("doctor", "--data", data.toString());
                assertThat(ask(client, "seal_status")).contains("\"witness_contradictions\":0");
                assertThat(status.out())
                        .contains("quorum not met yet; a seal was contradicted since the relay started");
                assertThat(json.out()).contains("\"receipts_witness_contradictions\":1");
                assertThat(doctor.out()).containsPattern("\\[fail] witnesses +receipts: .*a seal was contradicted");
            }
        }
    }

    private static String ask(LineClient client, String type) {
        try {
            return client.ask("{\"protocol_version\":1,\"type\":\"" + type + "\"}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"SIGNS_ANOTHER, confirms_another", "HOLDS_ANOTHER, holds_another"})
    void isCaughtAndNamed(Mood mood, String form) throws Exception {
        Path data = dir.resolve("data");
        try (var liar = new StandInWitness(mood);
                var honest = new StandInWitness(Mood.CONFIRMS)) {
            Path config = Files.writeString(dir.resolve("config.json"), StandInWitness.config(1, liar, honest));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString());
                    Controls controls = Controls.of(relay);
                    LineClient client = LineClient.connect(relay.socket())) {
                assertThat(client.ask(LineClient.event("a"))).startsWith("{\"ok\":true");
                assertThat(client.ask("{\"type\":\"seal\"}\n")).startsWith("{\"ok\":true");
                until(() -> !controls.ofType("witness_contradiction").isEmpty()
                        && !controls.ofType("quorum_met").isEmpty());

                JsonObject told = controls.ofType("witness_contradiction").getFirst();
                assertThat(told.getString("witness")).isEqualTo(liar.name());
                assertThat(told.getString("form")).isEqualTo(form);
                assertThat(told.getLong("seq")).isEqualTo(1);
                assertThat(told.getString("namedHash"))
                        .isEqualTo(StandInWitness.anotherTip().text());
                assertThat(told.getString("signedBy"))
                        .isEqualTo(liar.publicKey().text());
                assertThat(metrics(relay)).contains("cairn_witness_contradictions_total{chain=\"audit\"} 1.0");

                CommandRun status = CommandRun.of("status", "--data", data.toString());
                CommandRun doctor = CommandRun.of("doctor", "--data", data.toString());
                assertThat(status.exitCode()).isZero(); // It does its work all the same.
                assertThat(status.out()).contains("a seal was contradicted since the relay started");
                assertThat(doctor.out()).containsPattern("\\[fail] witnesses +.*a seal was contradicted");
            }
            CommandRun known = CommandRun.of("verify", "--data", data.toString(), "--config", config.toString());
            CommandRun unknown = CommandRun.of("verify", "--data", data.toString());

            assertThat(Files.readString(data.resolve("witnesses.relay.jsonl")))
                    .contains(StandInWitness.anotherTip().text());
            assertThat(Files.readAllLines(data.resolve("relay-stderr.log")))
                    .filteredOn(line -> line.contains("a witness contradicts the seal"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(liar.name(), liar.publicKey().text(), "\"level\":\"error\""));
            assertThat(known.exitCode()).isEqualTo(1);
            assertThat(known.out())
                    .startsWith("BROKEN  every link of the log holds, but a witness that you know has signed something"
                            + " else than was sealed")
                    .containsPattern("evidence +witnesses.relay.jsonl line 1, byte 0: " + liar.name());
            assertThat(unknown.exitCode()).isZero();
            assertThat(unknown.out()).contains("signed with a key that only the reply names");
        }
    }

    private static String metrics(RelayProcess relay) throws IOException {
        var connection = URI.create(relay.http() + "/metrics").toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + relay.token());
        try (var body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come true").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }
}

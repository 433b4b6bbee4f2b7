package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.WitnessProcess;
import dev.cairn.relay.seal.StandInWitness.Mood;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A relay that is killed with a seal that no witness has confirmed has it confirmed when it is back.
@Timeout(120)
class KilledBeforePublicationIT {

    @TempDir
    private Path dir;

    @Test
    void goesOnWithTheSealThatNobodyHadConfirmed() throws Exception {
        Path data = dir.resolve("data");
        try (var witness = new StandInWitness(Mood.HANGS)) {
            Path config = Files.writeString(dir.resolve("config.json"), StandInWitness.config(1, witness));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                ask(relay, event());
                assertThat(ask(relay, "{\"type\":\"seal\"}").getBoolean("ok")).isTrue();
                relay.kill();
            }
            Seal unconfirmed = RunningSeals.seals(data).getLast();
            witness.turn(Mood.CONFIRMS);

            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                RunningSeals.until(() -> quorumMet(relay));
                assertThat(relay.stop()).isZero();
            }

            assertThat(RunningSeals.seals(data)).containsExactly(unconfirmed);
            assertThat(witness.asked.getLast().getJsonObject("seal").getString("signature"))
                    .isEqualTo(unconfirmed.signature());
            assertThat(Files.readAllLines(data.resolve(WitnessFile.NAME)))
                    .singleElement()
                    .satisfies(line -> assertThat(new JsonObject(line).getBoolean("quorum_met"))
                            .isTrue());
        }
    }

    /// Its witness's name cannot be looked up before somebody writes the file of hosts: so the seal is in the
    /// file and no witness can have heard of it.
    @Test
    void publishesOnceTheSealThatWasWrittenAndNotYetSent() throws Exception {
        Path data = dir.resolve("data");
        Path hosts = dir.resolve("hosts");
        assertThat(new ProcessBuilder("mkfifo", hosts.toString()).start().waitFor())
                .isZero();
        try (var witness = new StandInWitness(Mood.CONFIRMS)) {
            String named = StandInWitness.config(1, witness).replace("127.0.0.1", "localhost");
            Path config = Files.writeString(dir.resolve("config.json"), named);
            List<String> jvm = List.of("-Djdk.net.hosts.file=" + hosts);
            try (RelayProcess relay = RelayProcess.start(jvm, data, "--config", config.toString())) {
                ask(relay, event());
                assertThat(ask(relay, "{\"type\":\"seal\"}").getBoolean("ok")).isTrue();
                relay.kill();
            }
            Seal written = RunningSeals.seals(data).getLast();
            assertThat(witness.asked).isEmpty();

            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                RunningSeals.until(() -> quorumMet(relay));
                assertThat(relay.stop()).isZero();
            }

            assertThat(RunningSeals.seals(data)).containsExactly(written);
            assertThat(RunningSeals.report(data).isSound()).isTrue();
            assertThat(witness.asked)
                    .singleElement()
                    .satisfies(asked -> assertThat(asked.getJsonObject("seal").getString("signature"))
                            .isEqualTo(written.signature()));
            assertThat(records(data))
                    .singleElement()
                    .satisfies(
                            record -> assertThat(record.getInteger("attempt")).isEqualTo(1));
        }
    }

    /// The first has confirmed, the second has yet to answer.
    @Test
    void countsEachWitnessOnceWhenItIsKilledBetweenTwoAnswers() throws Exception {
        Path data = dir.resolve("data");
        try (WitnessProcess first = WitnessProcess.start(dir.resolve("witness"));
                var second = new StandInWitness(Mood.HANGS)) {
            String endpoints = "\"endpoints\":[{\"name\":\"first\",\"url\":\"" + first.url() + "\"},";
            Path config = Files.writeString(
                    dir.resolve("config.json"), StandInWitness.config(2, second).replace("\"endpoints\":[", endpoints));
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                ask(relay, event());
                assertThat(ask(relay, "{\"type\":\"seal\"}").getBoolean("ok")).isTrue();
                RunningSeals.until(() -> anchors(first) == 1 && second.asked.size() == 1);
                relay.kill();
            }
            second.turn(Mood.CONFIRMS);

            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                RunningSeals.until(() -> quorumMet(relay));
                assertThat(relay.stop()).isZero();
            }

            assertThat(RunningSeals.seals(data)).hasSize(1);
            assertThat(anchors(first)).isEqualTo(1);
            assertThat(records(data)).singleElement().satisfies(record -> {
                assertThat(record.getInteger("succeeded")).isEqualTo(2);
                assertThat(record.getBoolean("quorum_met")).isTrue();
            });
        }
    }

    private static long anchors(WitnessProcess witness) {
        try (var lines = Files.lines(witness.log())) {
            return lines.filter(line -> line.contains("\"kind\":\"anchor\"")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<JsonObject> records(Path data) throws IOException {
        return Files.readAllLines(data.resolve(WitnessFile.NAME)).stream()
                .map(JsonObject::new)
                .toList();
    }

    private static boolean quorumMet(RelayProcess relay) {
        try {
            return Boolean.TRUE.equals(ask(relay, "{\"type\":\"seal_status\"}").getBoolean("witness_quorum_met"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonObject ask(RelayProcess relay, String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(relay.socket()));
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            var answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            return new JsonObject(answers.readLine());
        }
    }

    private static String event() {
        return "{\"type\":\"event\",\"payload\":{\"id\":\"e\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}}}";
    }
}

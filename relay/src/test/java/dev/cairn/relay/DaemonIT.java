package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.cli.Cli;
import dev.cairn.relay.cli.Surroundings;
import dev.cairn.relay.faults.LineClient;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The relay as a process: what it leaves on disk while it runs and after it has stopped, and starts that it refuses.
class DaemonIT {

    @TempDir
    private Path dir;

    @Test
    void itLeavesWordWhileItRunsAndTakesItBackWhenItStops() throws IOException {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data)) {
            assertThat(data.resolve("relay.pid")).hasContent(String.valueOf(relay.pid()));
            assertThat(data.resolve("relay.run.json"))
                    .content()
                    .contains(relay.http().toString());
            assertThat(relay.socket()).exists();

            int exitCode = relay.stop();

            assertThat(exitCode).isZero();
            assertThat(data.resolve("relay.pid")).doesNotExist();
            assertThat(data.resolve("relay.run.json")).doesNotExist();
            assertThat(relay.socket()).doesNotExist();
            assertThat(Files.readAllLines(relay.log())).last().asString().contains("\"kind\":\"stop\"");
        }
    }

    @Test
    void aDirectoryThatIsNamedCountsAndNothingOfTheEnvironment() throws Exception {
        Path data = dir.resolve("data");
        ProcessBuilder command = RelayProcess.command(List.of(), data, "--http", "off");
        for (String name :
                List.of("SOCKET", "DB", "KEY", "PUBLIC_KEY", "FORENSIC_PUBLIC_KEY", "ANCHOR_LOG", "REDACT_PATTERNS")) {
            command.environment()
                    .put("AGENTRECEIPTS_" + name, dir.resolve("elsewhere").toString());
        }
        for (String name : List.of("CHAIN_ID", "ISSUER_ID", "VERIFICATION_METHOD")) {
            command.environment().put("AGENTRECEIPTS_" + name, "elsewhere");
        }
        command.environment().put("AGENTRECEIPTS_PARAMETER_DISCLOSURE", "high,x.y");
        command.environment().put("AGENTRECEIPTS_UNSAFE_SOCKET_PATH", "maybe");

        Process relay = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String ready = relay.inputReader().readLine();

            assertThat(ready)
                    .contains("\"receipts\":\"" + data.resolve("receipts/receipts.db") + "\"")
                    .contains("\"receipts_public_key\":\"" + data.resolve("receipts/signing.key.pub") + "\"")
                    .doesNotContain("elsewhere");
            assertThat(dir.resolve("elsewhere")).doesNotExist();
        } finally {
            relay.destroy();
            assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theReadyLineNamesEveryAddressAndFile() throws IOException {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data)) {
            String http = relay.http().toString();

            assertThat(data.resolve("relay.run.json"))
                    .content()
                    .contains("\"emit\":\"" + http.replace("http", "ws") + "/v1/emit\"")
                    .contains("\"stream\":\"" + http.replace("http", "ws") + "/v1/stream\"");
            for (String file :
                    List.of("log", "keys", "receipts", "receipts_key", "receipts_public_key", "token_file")) {
                assertThat(relay.file(file)).as(file).exists().startsWith(data);
            }
            assertThat(relay.file("seals")).isEqualTo(data.resolve("seals.relay.jsonl"));
            assertThat(relay.file("witnesses")).isEqualTo(data.resolve("witnesses.relay.jsonl"));
        }
    }

    @Test
    void aRelayThatRefusesEventsSaysSoInsteadOfBeingReady() throws Exception {
        Path data = dir.resolve("data");
        Path log;
        try (RelayProcess relay = RelayProcess.start(data)) {
            log = relay.log();
            try (LineClient client = LineClient.connect(relay.socket())) {
                for (int i = 0; i < 5; i++) {
                    assertThat(client.ask(LineClient.event("evt_" + i))).startsWith("{\"ok\":true");
                }
            }
            assertThat(relay.isReady()).isTrue();
            assertThat(relay.stop()).isZero();
        }
        String whole = Files.readString(log);
        Files.writeString(log, whole.replaceFirst("evt_2", "evt_9"));

        try (RelayProcess relay = RelayProcess.start(data);
                LineClient client = LineClient.connect(relay.socket())) {
            assertThat(client.ask(LineClient.event("evt_5"))).startsWith("{\"ok\":false,\"error\":\"Write failed: ");
            assertThat(relay.isReady()).isFalse();
            assertThat(data.resolve("relay.run.json"))
                    .content()
                    .startsWith("{\"ready\":false,\"down\":[{\"part\":\"chain\",\"reason\":\"line 4, offset ");
            assertThat(relay.stop()).isZero();
            assertThat(relay.stderr()).contains("started, but not ready");
        }
    }

    @Test
    void theLogSaysWhereTheConfigurationIsFromWhereTheRelayListensAndWhenItSeals() throws Exception {
        Path data = dir.resolve("data");
        Path config = Files.writeString(dir.resolve("my.json"), "{\"auto_seal\":{\"interval_minutes\":7}}");

        try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
            String socket = relay.socket().toString();
            String http = relay.http().toString();
            assertThat(relay.stop()).isZero();

            List<JsonObject> lines = relay.stderr().lines().map(JsonObject::new).toList();
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line.getString("file")).isEqualTo(config.toString()));
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line.getString("socket")).isEqualTo(socket));
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line.getString("http")).isEqualTo(http));
            assertThat(lines)
                    .filteredOn(line -> "auto-seal".equals(line.getString("message")))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMap())
                            .containsEntry("enabled", true)
                            .containsEntry("minutes", 7)
                            .containsEntry("min_events", 1));
        }
    }

    @Test
    void theTokenIsForItsOwnerOnlyAndStays() {
        Path data = dir.resolve("data");
        String first;
        try (RelayProcess relay = RelayProcess.start(data)) {
            first = relay.token();
            assertThat(relay.stop()).isZero();
        }

        try (RelayProcess relay = RelayProcess.start(data)) {
            assertThat(relay.token()).isEqualTo(first).hasSizeGreaterThan(30);
            assertThat(data.resolve("http.token"))
                    .satisfies(file -> assertThat(Files.getPosixFilePermissions(file))
                            .isEqualTo(PosixFilePermissions.fromString("rw-------")));
            assertThat(relay.stderr()).doesNotContain(first);
        }
    }

    @Test
    void anOtherRelayOnTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data)) {
            Ended second = run(RelayProcess.command(List.of(), data));

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.stderr()).contains("another relay runs on this data directory");
            assertThat(relay.isAlive()).isTrue();
            assertThat(data.resolve("relay.pid")).hasContent(String.valueOf(relay.pid()));
        }
    }

    @Test
    void aWrongConfigurationIsRefusedWithEveryMistake() throws Exception {
        Path config = dir.resolve("config.json");
        Files.writeString(config, "{\"http\":{\"port\":-1},\"colour\":1}");

        Ended refused = run(RelayProcess.command(List.of(), dir.resolve("data"), "--config", config.toString()));

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).contains("http.port: expected a whole number from 0 to 65,535, got -1");
        assertThat(refused.stderr()).contains("colour: unknown key");
        assertThat(dir.resolve("data")).doesNotExist();
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir.resolve("data"))) {
            String taken = "127.0.0.1:" + relay.http().getPort();

            Ended refused = run(RelayProcess.command(List.of(), dir.resolve("other"), "--http", taken));

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.stderr())
                    .contains("cannot listen on http://" + taken + ": another process has that port")
                    .contains("--http 127.0.0.1:0")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void anAddressThatIsNotOursIsSaidToo() throws Exception {
        Ended refused = run(RelayProcess.command(List.of(), dir.resolve("data"), "--http", "192.0.2.1:0"));

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr())
                .contains("cannot listen on http://192.0.2.1:0: this host has no such address")
                .doesNotContain("\tat ");
    }

    @Test
    void withoutHttpTheSocketServesAndWhatNeedsHttpSaysWhatIsMissing() throws IOException {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data, "--http", "off")) {
            Ran emitted = cairn("emit", "--data", data.toString(), "--action", "file_read");
            Ran status = cairn("status", "--data", data.toString());
            Ran tail = cairn("tail", "--data", data.toString());
            Ran doctor = cairn("doctor", "--data", data.toString());
            Ran json = cairn("status", "--json", "--data", data.toString());

            assertThat(data.resolve("relay.run.json")).content().contains("\"http\":null");
            assertThat(data.resolve("http.token")).doesNotExist();
            assertThat(emitted.exitCode()).isZero();
            assertThat(status.exitCode()).isZero();
            assertThat(status.out()).containsPattern("http +off: no live stream");
            assertThat(json.out()).contains("\"status\":\"ok\"", "\"http\":null");
            assertThat(tail.exitCode()).isEqualTo(1);
            assertThat(tail.err()).contains("without HTTP").doesNotContain("cairn up");
            assertThat(doctor.exitCode()).isZero();
            assertThat(doctor.out()).containsPattern("\\[warn] http +off: no live stream");
            assertThat(relay.stop()).isZero();
        }
    }

    private record Ran(int exitCode, String out, String err) {}

    private static Ran cairn(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Cli.run(
                args,
                new Surroundings(
                        InputStream.nullInputStream(),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        false,
                        _ -> null));
        return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Ended(int exitCode, String stderr) {}

    private static Ended run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process =
                command.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String stderr = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), stderr);
    }
}

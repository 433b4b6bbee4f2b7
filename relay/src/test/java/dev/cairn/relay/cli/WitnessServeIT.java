package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.WitnessProcess;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn witness serve` as its operator runs it.
class WitnessServeIT {

    private static final String SEAL = "{\"protocol\":\"patchwork-witness-v1\",\"tip_hash\":\"sha256:"
            + "a".repeat(64) + "\",\"chained_events\":7,\"seal_signature\":\"hmac-sha256:x\","
            + "\"requested_at\":\"2026-04-05T14:30:00.000Z\"}";

    @TempDir
    private Path dir;

    @Test
    void servesStopsInOrderAndLeavesALogThatVerifies() throws Exception {
        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"), "--path", "/a/b", "--path", "/c");
                HttpClient client = HttpClient.newHttpClient()) {
            int status = post(client, witness.url(), "");
            int exitCode = witness.stop();
            CommandRun verified =
                    CommandRun.of("verify", "--file", witness.log().toString(), "--json");

            assertThat(status).isEqualTo(201);
            assertThat(witness.url()).endsWith("/a/b");
            assertThat(exitCode).isZero();
            assertThat(verified.exitCode()).isZero();
            assertThat(verified.out()).contains("\"records\":1");
            assertThat(Files.readString(witness.log())).contains("\"kind\":\"stop\"");
        }
    }

    @Test
    void whatItPrintsIsAnEntryThatARelayTakes() {
        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"))) {
            JsonObject section = new JsonObject()
                    .put("enabled", true)
                    .put("endpoints", new JsonArray().add(witness.ready().getJsonObject("endpoint")));
            byte[] config = new JsonObject().put("witness", section).encode().getBytes(StandardCharsets.UTF_8);

            RelayConfig.Reading reading = RelayConfig.read(config, Places.in(dir));

            assertThat(reading.warnings()).isEmpty();
            assertThat(reading.config().witness().endpoints().getFirst().url()).isEqualTo(witness.url());
        }
    }

    @Test
    void takesTokensFromAFile() throws Exception {
        Path tokens = Files.writeString(dir.resolve("tokens"), "alice:0123456789abcdef\n");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));

        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"), "--tokens", tokens.toString());
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(post(client, witness.url(), "")).isEqualTo(401);
            assertThat(post(client, witness.url(), "0123456789abcdef")).isEqualTo(201);
            assertThat(witness.ready().encode()).doesNotContain("0123456789abcdef");
        }
    }

    @Test
    void takesNoMoreThanItIsTold() throws Exception {
        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"), "--rate", "1", "--burst", "1");
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(post(client, witness.url(), "")).isEqualTo(201);
            assertThat(post(client, witness.url(), "")).isEqualTo(429);
        }
    }

    @Test
    void aUserWhoAsksItHearsItsWordAndNothingElse() throws Exception {
        UserHome user = new UserHome(dir.resolve("home")).event().seal();

        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"))) {
            List<String> published = lines(
                    "publish",
                    "--witness-url=" + witness.url(),
                    "--file=" + user.file("events.jsonl"),
                    "--seal-file=" + user.file("seals.jsonl"),
                    "--keyring-dir=" + user.file("keys/seal"),
                    "--witness-file=" + user.file("witnesses.jsonl"));
            List<String> verified = lines("verify", "--witness-file=" + user.file("witnesses.jsonl"), "--json");

            assertThat(published).hasSize(2);
            assertThat(published.getFirst()).startsWith("confirmed     " + witness.url() + "  anchor ");
            assertThat(published.getLast()).startsWith("CONFIRMED  1 event with tip sha256:");
            assertThat(verified).hasSize(1);
            assertThat(new JsonObject(verified.getFirst()).getBoolean("ok")).isTrue();
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() {
        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("w"))) {
            String taken = URI.create(witness.url()).getAuthority();
            try (WitnessProcess refused = WitnessProcess.start(dir.resolve("other"), "--http", taken)) {
                assertThat(refused.ready().encode())
                        .contains("cannot listen on http://" + taken + ": another process has that port")
                        .contains("--http 127.0.0.1:0")
                        .doesNotContain("--http off");
            }
        }
    }

    /// What `cairn witness` prints, on either of its outputs, in a process of its own.
    private static List<String> lines(String... args) throws Exception {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.add("witness");
        command.addAll(Arrays.asList(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            return out.lines().toList();
        } finally {
            assertThat(process.waitFor()).isZero();
        }
    }

    private static int post(HttpClient client, String url, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(SEAL));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
}

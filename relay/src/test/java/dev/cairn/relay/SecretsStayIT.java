package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a relay logs while it stores, signs, seals and refuses holds no event, no token and no key.
@Timeout(120)
class SecretsStayIT {

    private static final String BODY = "Zr7-body-of-an-event";
    private static final String GUESS = "Zr7-guessed-token";
    private static final String WITNESS_TOKEN = "Zr7-token-for-the-witness";

    @TempDir
    private Path dir;

    @Test
    void noBodyNoTokenAndNoKeyReachesTheLog() throws Exception {
        try (WitnessProcess witness = WitnessProcess.start(dir.resolve("witness"))) {
            JsonObject endpoint =
                    witness.ready().getJsonObject("endpoint").copy().put("auth_token", WITNESS_TOKEN);
            Path config = Files.writeString(
                    dir.resolve("relay-config.json"),
                    "{\"witness\":{\"enabled\":true,\"quorum\":1,\"endpoints\":[" + endpoint.encode() + "]}}");
            Path data = dir.resolve("data");
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString(), "--log-level", "debug")) {
                List<String> answers = converse(relay);
                knock(relay);
                awaitQuorum(data);
                List<String> secrets = secrets(relay);
                relay.stop();
                String log = relay.stderr();

                assertThat(answers).hasSize(6);
                assertThat(answers.get(0)).contains("\"ok\":true");
                assertThat(answers.get(3)).contains("\"signature\"");
                assertThat(log).contains("signed", "refused an HTTP request", "refused requests");
                assertThat(secrets)
                        .hasSizeGreaterThan(6)
                        .allSatisfy(secret -> assertThat(log).as("the log").doesNotContain(secret));
            }
        }
    }

    /// Events that are stored and refused, signatures that are made and refused, and a seal.
    private static List<String> converse(RelayProcess relay) throws IOException {
        String event = "{\"id\":\"" + BODY + "\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"%s\",\"risk\":{\"level\":\"none\"}}";
        String attestation = "{\\\"type\\\":\\\"commit-attestation\\\",\\\"schema_version\\\":1," + "\\\"note\\\":\\\""
                + BODY + "\\\"}";
        List<String> requests = List.of(
                "{\"type\":\"event\",\"payload\":" + event.formatted("file_read") + "}",
                "{\"type\":\"event\",\"payload\":" + event.formatted(BODY) + "}",
                "{\"" + BODY + "\":",
                "{\"type\":\"sign\",\"payload\":{\"data\":\"" + attestation + "\"}}",
                "{\"type\":\"sign\",\"payload\":{\"data\":\"" + BODY + "\",\"key_id\":\"" + GUESS + "\"}}",
                "{\"type\":\"seal\"}");
        List<String> answers = new ArrayList<>();
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(relay.socket()));
            BufferedReader reader = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
            for (String request : requests) {
                socket.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
                answers.add(reader.readLine());
            }
        }
        return answers;
    }

    /// Two requests that are not let in, one with a wrong token and one for another host.
    private static void knock(RelayProcess relay) throws IOException {
        for (String host : List.of(relay.http().getAuthority(), GUESS + ".example")) {
            try (Socket socket = new Socket(relay.http().getHost(), relay.http().getPort())) {
                String request =
                        "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + GUESS + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 4");
            }
        }
    }

    private static void awaitQuorum(Path data) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Path replies = data.resolve("witnesses.relay.jsonl");
        while (!Files.exists(replies) || Files.size(replies) == 0) {
            assertThat(System.nanoTime()).as("a witness replied in time").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /// Everything that must not be read, keys in each spelling that a log could have.
    private static List<String> secrets(RelayProcess relay) throws IOException {
        List<String> secrets = new ArrayList<>(List.of(BODY, GUESS, WITNESS_TOKEN, relay.token()));
        try (Stream<Path> ring = Files.list(relay.file("keys"))) {
            for (Path file : ring.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (bytes.length == 32) {
                    secrets.add(HexFormat.of().formatHex(bytes));
                    secrets.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
                    secrets.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
                }
            }
        }
        Files.readAllLines(relay.file("receipts_key")).stream()
                .filter(line -> !line.startsWith("-----") && !line.isBlank())
                .forEach(secrets::add);
        return secrets;
    }
}

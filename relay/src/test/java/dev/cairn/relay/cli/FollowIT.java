package dev.cairn.relay.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands that go on until they are told to stop: what they show meanwhile, and how they end.
@Timeout(120)
class FollowIT {

    @TempDir
    private Path data;

    @Test
    void tailGoesOnAcrossARestartWithoutGapOrRepeat() throws Exception {
        try (RelayProcess relay = RelayProcess.start(data)) {
            emit("one");
            try (CairnProcess tail =
                    CairnProcess.start("tail", "--follow", "--since", "0", "--json", "--data", "" + data)) {
                tail.await(line -> line.contains("\"one\""));
                emit("two");
                tail.await(line -> line.contains("\"two\""));
                relay.kill();
                tail.await(line -> line.contains("waiting for it to come back"));

                try (RelayProcess _ = RelayProcess.start(data)) {
                    emit("three");
                    tail.await(line -> line.contains("\"three\""));
                    tail.interrupt();

                    assertThat(tail.exitCode()).isEqualTo(130);
                    assertThat(targets(tail.heard())).containsExactly("one", "two", "three");
                }
            }
        }
    }

    @Test
    void aFollowerIsToldWhenTheLogWasPutBack() throws Exception {
        try (RelayProcess relay = RelayProcess.start(data)) {
            emit("one");
            emit("two");
            try (CairnProcess tail = CairnProcess.start("tail", "--follow", "--since", "0", "--data", "" + data)) {
                tail.await(line -> line.contains("two"));
                relay.kill();
                Files.delete(relay.log());
                Files.deleteIfExists(data.resolve("relay.checkpoint"));
                try (RelayProcess _ = RelayProcess.start(data)) {
                    emit("other");

                    tail.await(line -> line.contains("ends at record 1 now, and record 2 was shown before"));
                    assertThat(tail.exitCode()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aSecondCtrlCEndsARelayThatIsStillStopping() throws Exception {
        try (CairnProcess relay = CairnProcess.start("up", "--json", "--http", "127.0.0.1:0", "--data", "" + data)) {
            JsonObject ready = JsonObject.parse(relay.await(line -> line.startsWith("{\"ready\":true")));
            URI http = URI.create(ready.text("http", ""));
            try (Socket deaf = new Socket(http.getHost(), http.getPort())) {
                becomeSubscriber(
                        deaf, http, Files.readString(data.resolve("http.token")).strip());
                relay.interrupt();
                relay.await(line -> line.contains("\"message\":\"stopping\"")); // It waits for the subscriber's leave.
                relay.interrupt();

                assertThat(relay.exitCode()).isEqualTo(130);
            }
        }
    }

    /// From then on it takes nothing, not even its dismissal.
    private static void becomeSubscriber(Socket socket, URI http, String token) throws IOException {
        String request =
                "GET /v1/stream HTTP/1.1\r\nHost: " + http.getAuthority() + "\r\nAuthorization: Bearer " + token
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 101 ".length());
        assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101 ");
    }

    @Test
    void verifyFollowsUntilSomethingDoesNotVerify() throws Exception {
        try (RelayProcess relay = RelayProcess.start(data)) {
            emit("one");
            try (CairnProcess verify = CairnProcess.start("verify", "--follow", "--json", "--data", "" + data)) {
                verify.await(line -> line.contains("\"verdict\":\"intact\"") && line.contains("\"records\":1,"));
                emit("two");
                verify.await(line -> line.contains("\"verdict\":\"intact\"") && line.contains("\"records\":2,"));
                relay.stop();
                Files.writeString(relay.log(), "{\"id\":\"forged\"}\n", StandardOpenOption.APPEND);

                verify.await(line -> line.startsWith("{\"ok\":false,") && line.contains("\"records\":2,"));
                assertThat(verify.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    void verifyTellsWhatEitherLogLacks() throws Exception {
        try (RelayProcess _ = RelayProcess.start(data)) {
            String shared = userEvent("shared", "null");
            Path both = Files.writeString(data.resolve("both.jsonl"), shared);
            assertThat(CommandRun.of("emit", "--data", "" + data, "--file", "" + both)
                            .exitCode())
                    .isZero();
            String lost = userEvent("lost", "\"" + JsonObject.parse(shared).text("event_hash") + "\"");
            Path user = Files.writeString(data.resolve("user.jsonl"), shared + lost);
            emit("extra");

            CommandRun complete = CommandRun.of("verify", "--json", "--data", "" + data, "--against", "" + both);
            CommandRun lacking = CommandRun.of("verify", "--data", "" + data, "--against", "" + user);

            assertThat(complete.exitCode()).isZero();
            assertThat(complete.out().lines()).hasSize(1);
            assertThat(complete.out())
                    .startsWith("{\"ok\":true,")
                    .contains("\"missing_in_relay\":0,\"missing_in_user_log\":1")
                    .contains("\"missing_in\":\"user_log\"");
            assertThat(lacking.exitCode()).isEqualTo(1);
            assertThat(lacking.out())
                    .contains("INTACT", "DIVERGENT", "not in the relay: lost")
                    .containsPattern("relay +lacks 1 event that")
                    .containsPattern("user log +lacks 1 event that");
        }
    }

    /// An event as a client keeps it in its user's log; its text is canonical.
    private static String userEvent(String id, String previousHash) {
        String text =
                "{\"action\":\"file_read\",\"agent\":\"custom\",\"id\":\"" + id + "\",\"prev_hash\":" + previousHash
                        + ",\"risk\":{\"level\":\"none\"},\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\"}";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String hash = Hash.of(bytes, 0, bytes.length).text();
        return text.substring(0, text.length() - 1) + ",\"event_hash\":\"" + hash + "\"}\n";
    }

    private void emit(String target) {
        CommandRun run = CommandRun.of("emit", "--data", "" + data, "--action", "file_write", "--target", target);
        assertThat(run.exitCode()).isZero();
    }

    private static List<String> targets(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("{\"_relay\""))
                .map(line ->
                        requireNonNull(JsonObject.parse(line).object("target")).text("path", ""))
                .toList();
    }
}

package dev.cairn.relay.cli;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A start with a key that must not be used: the relay keeps what agents do, and says that it cannot seal it.
class UnusableSealKeyIT {

    @TempDir
    private Path data;

    @Test
    void whatWasWrongBeforeAnybodyListenedIsToldToWhoeverAsks() throws Exception {
        try (RelayProcess first = RelayProcess.start(data)) {
            assertThat(first.isReady()).isTrue();
            first.stop();
        }
        Files.setPosixFilePermissions(key(), fromString("rw-r--r--"));

        try (RelayProcess relay = RelayProcess.start(data);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> readyz = client.send(
                    HttpRequest.newBuilder(relay.http().resolve("/readyz")).build(),
                    HttpResponse.BodyHandlers.ofString());
            CommandRun status = CommandRun.of("status", "--data", "" + data);

            assertThat(relay.isReady()).isFalse();
            assertThat(readyz.statusCode()).isEqualTo(503);
            assertThat(readyz.body()).contains("\"down\":[{\"part\":\"seal\",", "is not safe to use");
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.out()).containsPattern("relay +degraded +seal: key [0-9a-f]{16} is not safe to use");
            assertThat(CommandRun.of("emit", "--data", "" + data, "--action", "file_read")
                            .exitCode())
                    .isZero();
        }
    }

    private Path key() throws Exception {
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(data.resolve("keys/seal"), "*.key")) {
            return keys.iterator().next();
        }
    }
}

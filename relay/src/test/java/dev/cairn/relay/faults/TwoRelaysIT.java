package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Promise 2: two relays on one directory are impossible.
@Timeout(120)
class TwoRelaysIT {

    @TempDir
    Path directory;

    @Test
    void refusesASecondRelayAndLeavesTheFirstAlone() throws Exception {
        try (RelayProcess first = RelayProcess.start(directory)) {
            Process second = RelayProcess.command(List.of(), directory)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(second.exitValue()).isNotZero();
            assertThat(said).contains(directory.toString()).doesNotContain("\tat ");
            assertThat(stores(first)).isTrue();
        }
    }

    @Test
    void refusesASecondRelayThoughTheLockOfTheFirstWasRemoved() throws Exception {
        Path data = directory.resolve("data");
        try (RelayProcess first = RelayProcess.start(data)) {
            Files.delete(data.resolve("relay.lock"));
            Path socket = directory.resolve("second.sock"); // At its usual one the first answers.
            Process second = RelayProcess.command(List.of(), data, "--socket", socket.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(second.exitValue()).isNotZero();
            assertThat(said).contains("relay.lock: is locked: another relay runs on this data directory");
            assertThat(stores(first)).isTrue();
            assertThat(first.stop()).isZero();
            assertThat(Files.readAllLines(first.log()))
                    .filteredOn(line -> line.contains("\"kind\":\"start\""))
                    .hasSize(1);
        }
    }

    @Test
    void startsAgainAfterAKillThatLeftSocketAndPidBehind() throws Exception {
        try (RelayProcess killed = RelayProcess.start(directory)) {
            killed.kill();
        }

        try (RelayProcess next = RelayProcess.start(directory)) {
            assertThat(stores(next)).isTrue();
        }
    }

    private static boolean stores(RelayProcess relay) throws IOException {
        try (LineClient client = LineClient.connect(relay.socket())) {
            return client.ask(LineClient.event("evt_" + relay.pid())).startsWith("{\"ok\":true");
        }
    }
}

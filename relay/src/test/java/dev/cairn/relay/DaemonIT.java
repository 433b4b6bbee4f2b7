package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
            assertThat(refused.stderr()).contains("already in use").doesNotContain("\tat ");
        }
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

package dev.cairn.relay.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.faults.LineClient;
import dev.cairn.relay.seal.StandInWitness.Mood;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that says it could not sync the seals file: what is durable only a restart can tell
/// (`specs/audit-relay.md` 4.1). The system call is made to fail in a real process, for that file alone.
@Timeout(120)
class UnsyncedSealIT {

    @TempDir
    private Path dir;

    @Test
    void endsTheRelayBeforeAnybodyHearsOfTheSeal() throws Exception {
        Path data = dir.resolve("data");
        try (var witness = new StandInWitness(Mood.CONFIRMS)) {
            Path config = Files.writeString(dir.resolve("config.json"), StandInWitness.config(1, witness));
            String answer;
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                Process saboteur = failEachSync(relay.pid(), data.resolve(RecoveredSeals.NAME));
                try (LineClient client = LineClient.connect(relay.socket())) {
                    assertThat(client.ask(LineClient.event("a"))).startsWith("{\"ok\":true");
                    answer = ask(client, "{\"type\":\"seal\"}\n");
                }
                assertThat(relay.waitFor()).isNotZero();
                saboteur.waitFor(10, TimeUnit.SECONDS);
                saboteur.destroyForcibly();
            }
            assertThat(answer).doesNotContain("\"ok\":true");
            assertThat(witness.asked).isEmpty();
            assertThat(Files.readString(data.resolve("relay-stderr.log")))
                    .contains("seals.relay.jsonl cannot be synced");

            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString())) {
                RunningSeals.until(() -> witness.asked.size() == 1);
                assertThat(relay.stop()).isZero();
            }
            assertThat(RunningSeals.report(data).isSound()).isTrue();
            assertThat(RunningSeals.seals(data))
                    .singleElement()
                    .satisfies(seal -> assertThat(witness.asked
                                    .getFirst()
                                    .getJsonObject("seal")
                                    .getString("signature"))
                            .isEqualTo(seal.signature()));
        }
    }

    /// The answer; empty if the relay ended before it gave one.
    private static String ask(LineClient client, String line) {
        try {
            return String.valueOf(client.ask(line));
        } catch (IOException _) {
            return "";
        }
    }

    private static Process failEachSync(long pid, Path file) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(
                            "strace",
                            "-f",
                            "-o",
                            "/dev/null",
                            "-p",
                            String.valueOf(pid),
                            "-P",
                            file.toString(),
                            "-e",
                            "trace=fsync,fdatasync",
                            "-e",
                            "inject=fsync,fdatasync:error=EIO")
                    .start();
        } catch (IOException _) {
            assumeTrue(false, "skipped: making a system call fail needs strace");
            throw new AssertionError();
        }
        String said = new String(process.getErrorStream().readNBytes("strace: P".length()), UTF_8);
        assumeTrue(said.startsWith("strace: P"), "skipped: nobody may trace here"); // Process … attached.
        return process;
    }
}

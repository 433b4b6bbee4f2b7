package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A terminal that is closed stops what serves in it, as Ctrl-C does.
@Timeout(120)
class HangupIT {

    private static final int PATIENCE_SECONDS = 30;

    @TempDir
    private Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void upStopsInOrder() throws Exception {
        Process relay = start("up", "--data", dir.resolve("up").toString(), "--json", "--http", "127.0.0.1:0");

        assertStopsInOrder(relay, dir.resolve("up"));
    }

    @Test
    void serveStopsInOrder() throws Exception {
        Path data = dir.resolve("serve");
        Path config = Files.writeString(
                dir.resolve("config.json"),
                "{\"data_dir\":\"" + data + "\",\"ingress\":{\"sockets\":[\"" + dir.resolve("a.sock")
                        + "\"]},\"http\":{\"port\":0},\"receipts\":{\"well_known_socket\":false}}");

        assertStopsInOrder(start("serve", "--config", config.toString(), "--json"), data);
    }

    @Test
    void aWitnessStopsInOrder() throws Exception {
        Process witness =
                start("witness", "serve", "--data", dir.resolve("w").toString(), "--http", "127.0.0.1:0", "--json");

        CairnProcess.hangUp(witness);

        assertThat(witness.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(witness.exitValue()).isZero();
    }

    @Test
    void whoWasToldToOutliveTheTerminalDoes() throws Exception {
        Path data = dir.resolve("nohup");
        List<String> command = new ArrayList<>(List.of("nohup"));
        command.addAll(command("up", "--data", data.toString(), "--json", "--http", "127.0.0.1:0"));
        Process relay = ready(new ProcessBuilder(command));

        CairnProcess.hangUp(relay);

        assertThat(CommandRun.of("emit", "--data", data.toString(), "--action", "file_read")
                        .out())
                .startsWith("stored ");
        assertThat(relay.isAlive()).isTrue();
        relay.destroy();
        assertThat(relay.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(relay.exitValue()).isZero();
    }

    @Test
    void aSupervisorMayTellItsWishAgainAndAgain() throws Exception {
        Path data = dir.resolve("term");
        Process relay = start("up", "--data", data.toString(), "--json", "--http", "127.0.0.1:0");

        while (!relay.waitFor(5, TimeUnit.MILLISECONDS)) {
            relay.destroy(); // SIGTERM
        }

        assertStoppedInOrder(relay, data);
    }

    /// A second signal of that kind does not cut the stop short.
    private static void assertStopsInOrder(Process relay, Path data) throws Exception {
        assertThat(data.resolve("relay.run.json")).exists();

        CairnProcess.hangUp(relay);
        CairnProcess.hangUp(relay);

        assertStoppedInOrder(relay, data);
    }

    private static void assertStoppedInOrder(Process relay, Path data) throws Exception {
        assertThat(relay.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(relay.exitValue()).isZero();
        assertThat(Files.readString(data.resolve("events.relay.jsonl"))).contains("\"kind\":\"stop\"");
        assertThat(data.resolve("relay.run.json")).doesNotExist();
        assertThat(data.resolve("relay.pid")).doesNotExist();
        try (FileChannel lock = FileChannel.open(data.resolve("relay.lock"), StandardOpenOption.WRITE)) {
            FileLock taken = lock.tryLock();
            assertThat(taken).isNotNull();
        }
    }

    private Process start(String... args) throws IOException {
        return ready(new ProcessBuilder(command(args)));
    }

    private Process ready(ProcessBuilder builder) throws IOException {
        Path errors = dir.resolve("stderr-" + started.size() + ".log");
        Process process = builder.redirectError(errors.toFile()).start();
        started.add(process);
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as(Files.readString(errors)).contains("\"ready\":true");
        return process;
    }

    private static List<String> command(String... args) {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(List.of(args));
        return command;
    }
}

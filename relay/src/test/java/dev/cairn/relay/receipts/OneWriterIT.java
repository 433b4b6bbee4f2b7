package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.cli.Cli;
import dev.cairn.relay.cli.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One database has one writer, whatever their data directories are (`specs/receipts.md` 3.8).
@Timeout(120)
class OneWriterIT {

    @TempDir
    private Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aSecondRelayOnTheSameDatabaseIsRefusedAndToldByWhom() throws Exception {
        Path db = dir.resolve("shared/receipts.db");
        Process first = serve("first", db);
        Path key = dir.resolve("first/receipts/signing.key");
        String section = "{\"db\":\"" + db + "\",\"key\":\"" + key + "\"}";

        assertThatExceptionOfType(ReceiptsRefusedException.class)
                .isThrownBy(() -> RunningReceipts.in(dir.resolve("second"), section))
                .withMessageContaining(db.toString())
                .withMessageContaining("process " + first.pid());
        try (Emitter emitter = new Emitter(dir.resolve("first.sock"))) {
            emitter.emit("tool");
            new StoredReceipts(dir, "shared").await(1);
        }
        first.destroy();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        RunningReceipts.in(dir.resolve("second"), section).close();
        assertThat(UnixAttributes.of(dir.resolve("shared/receipts.db.cairn-lock"))
                                .mode()
                        & 0777)
                .isEqualTo(0600);
    }

    @Test
    void aKeyIsNotRotatedUnderARelayThatIsElsewhere() throws Exception {
        Path db = dir.resolve("shared/receipts.db");
        Process first = serve("first", db);
        byte[] key = Files.readAllBytes(dir.resolve("first/receipts/signing.key"));
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int exitCode = rotate(
                err,
                Map.of("HOME", dir.toString()),
                "--data",
                dir.resolve("other").toString(),
                "--db",
                db.toString(),
                "--key",
                dir.resolve("first/receipts/signing.key").toString());

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("process " + first.pid(), db.toString());
        assertThat(exitCode).isEqualTo(3);
        assertThat(Files.readAllBytes(dir.resolve("first/receipts/signing.key")))
                .isEqualTo(key);
    }

    @Test
    void aKeyIsNotRotatedWhileSomebodyAnswersWhereEmittersLook() throws Exception {
        Path db = dir.resolve("shared/receipts.db");
        RunningReceipts.in(dir.resolve("stopped"), "{\"db\":\"" + db + "\"}").close();
        Path usual = dir.resolve("run/agentreceipts/events.sock");
        try (RunningReceipts _ = RunningReceipts.in(dir.resolve("running"), "{\"socket\":\"" + usual + "\"}")) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();

            int exitCode = rotate(
                    err,
                    Map.of("HOME", dir.toString(), "XDG_RUNTIME_DIR", "" + dir.resolve("run")),
                    "--db",
                    db.toString(),
                    "--key",
                    dir.resolve("stopped/receipts/signing.key").toString());

            assertThat(err.toString(StandardCharsets.UTF_8)).contains("answers at " + usual);
            assertThat(exitCode).isEqualTo(3);
        }
    }

    private static int rotate(ByteArrayOutputStream err, Map<String, String> environment, String... options) {
        List<String> command = new ArrayList<>(List.of("receipts", "keys", "rotate"));
        command.addAll(List.of(options));
        PrintStream printer = new PrintStream(err, true, StandardCharsets.UTF_8);
        return Cli.run(
                command.toArray(String[]::new),
                new Surroundings(
                        InputStream.nullInputStream(), printer, printer, false, false, false, environment::get));
    }

    private Process serve(String name, Path db) throws IOException {
        Path config = Files.writeString(
                dir.resolve(name + ".json"),
                "{\"data_dir\":\"" + dir.resolve(name) + "\",\"ingress\":{\"sockets\":[\""
                        + dir.resolve(name + ".sock")
                        + "\"]},\"http\":{\"port\":0},\"receipts\":{\"well_known_socket\":false,\"db\":\"" + db
                        + "\"}}");
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(List.of("serve", "--config", config.toString(), "--json"));
        Path errors = dir.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("AGENTRECEIPTS_"));
        Process service = builder.redirectError(errors.toFile()).start();
        started.add(service);
        assertThat(service.inputReader(StandardCharsets.UTF_8).readLine())
                .as(Files.readString(errors))
                .startsWith("{\"ready\":true");
        return service;
    }
}

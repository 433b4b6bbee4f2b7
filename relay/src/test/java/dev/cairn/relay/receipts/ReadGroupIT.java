package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cairn.protocol.file.OwnFile;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whoever is in the group of readers can read the receipts of a service, and nothing else of it
/// (`specs/receipts.md` 10).
@Timeout(120)
class ReadGroupIT {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final int OTHER_UID = 65_534;

    @TempDir
    private Path dir;

    private final List<Process> started = new ArrayList<>();
    private Path data;

    @BeforeEach
    void letOthersPassTheTestsDirectory() throws IOException {
        ReadGroup.assumeItCanBeGiven();
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
        data = dir.resolve("data");
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aMemberPassesTheDirectoryThatARelayMadeAndReadsReceiptsOnly() throws Exception {
        assumeThat(SETPRIV).as("setpriv of util-linux").isExecutable();
        serve();
        int group = ReadGroup.id(data);
        Path store = data.resolve("receipts");

        assertThat(mode(data)).isEqualTo(0710);
        assertThat(mode(store)).isEqualTo(0750);
        assertThat(List.of(data, store)).allMatch(path -> gid(path) == group);
        for (String file : List.of("receipts.db", "receipts.db-wal", "receipts.db-shm")) {
            assertThat(mode(store.resolve(file))).as(file).isEqualTo(0640);
            assertThat(gid(store.resolve(file))).as(file).isEqualTo(group);
            assertThat(asMember(group, "head", "-c", "1", store.resolve(file).toString()))
                    .as(file)
                    .isZero();
        }
        assertThat(asMember(group, "ls", data.toString())).isNotZero();
        assertThat(asMember(group, "test", "-w", store.resolve("receipts.db").toString()))
                .isNotZero();
        for (String file : List.of(
                "events.relay.jsonl",
                "seals.relay.jsonl",
                "http.token",
                "relay.run.json",
                "relay.pid",
                "relay.lock",
                "receipts/signing.key")) {
            assertThat(data.resolve(file)).exists();
            assertThat(asMember(group, "head", "-c", "1", data.resolve(file).toString()))
                    .as(file)
                    .isNotZero();
        }
        assertThat(doctor()).contains("members of " + ReadGroup.NAME + " can read the receipts");
    }

    @Test
    void aDirectoryThatIsThereAlreadyIsNotOpenedButItIsSaid() throws Exception {
        Files.createDirectory(data);
        Files.setPosixFilePermissions(data, OwnFile.mode(0750).value());
        int before = ReadGroup.gid(data);

        serve();

        assertThat(mode(data)).isEqualTo(0750);
        assertThat(gid(data)).isEqualTo(before);
        assertThat(Files.readString(dir.resolve("stderr.log")))
                .contains("its members may read the receipts, but cannot pass this directory", ReadGroup.NAME);
        assertThat(doctor())
                .contains("members of " + ReadGroup.NAME + " may read the receipts, but cannot pass " + data);
    }

    private void serve() throws IOException {
        Path config = Files.writeString(
                dir.resolve("config.json"),
                "{\"data_dir\":\"" + data + "\",\"ingress\":{\"sockets\":[\"" + dir.resolve("a.sock")
                        + "\"]},\"http\":{\"port\":0},\"receipts\":{\"well_known_socket\":false,\"read_group\":\""
                        + ReadGroup.NAME + "\"}}");
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(List.of("serve", "--config", config.toString(), "--json"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("AGENTRECEIPTS_"));
        Process service =
                builder.redirectError(dir.resolve("stderr.log").toFile()).start();
        started.add(service);
        String line = service.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as(Files.readString(dir.resolve("stderr.log"))).startsWith("{\"ready\":true");
    }

    /// The exit code of a command that somebody else of the group runs.
    private int asMember(int group, String... command) throws Exception {
        List<String> whole = new ArrayList<>(
                List.of(SETPRIV.toString(), "--reuid=" + OTHER_UID, "--regid=" + OTHER_UID, "--groups=" + group));
        whole.addAll(List.of(command));
        Process process = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String doctor() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printer = new PrintStream(out, true, StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of("HOME", dir.toString());
        Cli.run(
                new String[] {"doctor", "--data", data.toString(), "--no-roundtrip"},
                new Surroundings(
                        InputStream.nullInputStream(), printer, printer, false, false, false, environment::get));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int mode(Path path) throws IOException {
        return UnixAttributes.of(path).mode() & 07777;
    }

    private static int gid(Path path) {
        try {
            return ReadGroup.gid(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

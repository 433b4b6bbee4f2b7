package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.relay.cli.Cli;
import dev.cairn.relay.cli.Surroundings;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
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

/// The relay as its configuration, its options or its user's environment place it.
@Timeout(120)
class ServeIT {

    private static final int USUAL_PORT = 8787;

    @TempDir
    private Path dir;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aServiceIsWhereItsConfigurationSaysAndASecondOneIsRefused() throws Exception {
        Path config = config("");

        Process service = start(Map.of(), "serve", "--config", config.toString(), "--json");
        JsonObject ready = ready(service);
        Process second = start(Map.of(), "serve", "--config", config.toString(), "--json");

        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(stderr(second)).contains("another relay runs on this data directory");
        assertThat(ready.getString("data")).isEqualTo(dir.resolve("data").toString());
        assertThat(ready.getString("config")).isEqualTo(config.toString());
        assertThat(ready.getJsonArray("sockets"))
                .containsExactly(dir.resolve("a.sock").toString());
        assertThat(mode(dir.resolve("data/events.relay.jsonl"))).isEqualTo(0640);
        assertThat(mode(dir.resolve("a.sock"))).isEqualTo(0660);
        assertThat(cairn(Map.of(), "emit", "--data", dir.resolve("data").toString(), "--action", "file_read"))
                .startsWith("stored ");
        service.destroy();
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isZero();
    }

    @Test
    void aWellKnownSocketIsForEverybodyAndStartAndDoctorWarnOfThat() throws Exception {
        Path config = config(",\"audit\":{\"well_known_paths\":true}");

        Process service = start(Map.of(), "serve", "--config", config.toString(), "--json");
        ready(service);
        String doctor = cairn(Map.of(), "doctor", "--data", dir.resolve("data").toString());

        assertThat(mode(dir.resolve("a.sock"))).isEqualTo(0666);
        assertThat(mode(dir.resolve("data/events.relay.jsonl"))).isEqualTo(0644);
        assertThat(mode(dir.resolve("data"))).isEqualTo(0755);
        assertThat(stderr(service)).contains("\"level\":\"warn\"", "every user may connect (0666)");
        assertThat(doctor).containsPattern("\\[warn] socket +.*a\\.sock rw-rw-rw- .*: every user may connect");
    }

    @Test
    void aSocketsDirectoryIsAsItShouldBeWhateverTheUmask() throws Exception {
        Path own = dir.resolve("own/deep/a.sock");
        Path emitters = dir.resolve("emitters/agentreceipts/events.sock");
        Path config = Files.writeString(
                dir.resolve("relay-config.json"),
                "{\"data_dir\":\"" + dir.resolve("data") + "\",\"ingress\":{\"sockets\":[\"" + own
                        + "\"]},\"http\":{\"port\":0},\"receipts\":{\"socket\":\"" + emitters + "\"}}");
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", "sh"));
        command.addAll(RelayProcess.jvm(List.of()));
        command.addAll(List.of("serve", "--config", config.toString(), "--json"));

        ready(startCommand(Map.of(), command));

        assertThat(mode(own)).isEqualTo(0660);
        assertThat(mode(emitters)).isEqualTo(0660);
        assertThat(mode(dir.resolve("own/deep"))).isEqualTo(0755);
        assertThat(mode(dir.resolve("own"))).isEqualTo(0755);
        assertThat(mode(dir.resolve("emitters/agentreceipts"))).isEqualTo(0750);
        assertThat(mode(dir.resolve("emitters"))).isEqualTo(0755);
    }

    @Test
    void aRelayListensOnEverySocketThatIsNamed() throws Exception {
        Path data = dir.resolve("data");
        Path one = dir.resolve("one.sock");
        Path two = dir.resolve("two.sock");
        try (RelayProcess relay = RelayProcess.start(data, "--socket", one.toString(), "--socket", two.toString())) {
            for (Path socket : List.of(one, two)) {
                assertThat(cairn(Map.of(), "emit", "--socket", socket.toString(), "--action", "file_read"))
                        .startsWith("stored ");
            }
            assertThat(cairn(Map.of(), "status", "--json", "--data", data.toString(), "--socket", two.toString()))
                    .contains("\"event_count\":2,", "\"socket\":\"" + two, "\"http\":\"" + relay.http());
            assertThat(relay.stop()).isZero();
            assertThat(List.of(one, two)).noneMatch(Files::exists);
        }
    }

    @Test
    void withoutOptionsARelayIsAtItsUsersOwnPlacesAndOnAnyFreePort() throws Exception {
        Path runtime = Files.createDirectory(dir.resolve("run"));
        Map<String, String> user = Map.of(
                "HOME",
                dir.toString(),
                "XDG_DATA_HOME",
                dir.resolve("xdg").toString(),
                "XDG_RUNTIME_DIR",
                "" + runtime);
        try (ServerSocket _ = takeUsualPort()) {
            Process up = start(user, "up", "--json");
            JsonObject ready = ready(up);

            assertThat(ready.getString("data"))
                    .isEqualTo(dir.resolve("xdg/cairn").toString());
            assertThat(ready.getJsonArray("sockets"))
                    .contains(runtime.resolve("cairn/relay.sock").toString());
            assertThat(ready.getString("http")).startsWith("http://127.0.0.1:").doesNotEndWith(":" + USUAL_PORT);
            assertThat(cairn(user, "status", "--json")).contains("\"status\":\"ok\"", ready.getString("http"));
        }
    }

    @Test
    void withoutARuntimeDirectoryTheSocketIsBesideTheData() throws Exception {
        Map<String, String> user = Map.of("HOME", dir.toString());
        Path data = dir.resolve(".local/share/cairn");

        JsonObject ready = ready(start(user, "up", "--json", "--http", "127.0.0.1:0"));

        assertThat(ready.getString("data")).isEqualTo(data.toString());
        assertThat(ready.getJsonArray("sockets"))
                .contains(data.resolve("relay.sock").toString());
        assertThat(cairn(user, "emit", "--action", "file_read")).startsWith("stored ");
    }

    /// If somebody has it already, that serves as well.
    private static ServerSocket takeUsualPort() throws IOException {
        try {
            return new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress());
        } catch (IOException _) {
            return new ServerSocket(0);
        }
    }

    private Path config(String more) throws IOException {
        return Files.writeString(
                dir.resolve("relay-config.json"),
                "{\"data_dir\":\"" + dir.resolve("data") + "\",\"ingress\":{\"sockets\":[\"" + dir.resolve("a.sock")
                        + "\"]},\"http\":{\"port\":0},\"receipts\":{\"well_known_socket\":false}" + more + "}");
    }

    /// With an environment of nothing but this.
    private Process start(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(List.of(args));
        return startCommand(environment, command);
    }

    private Process startCommand(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("HOME", dir.toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectError(errors(started.size()).toFile()).start();
        started.add(process);
        return process;
    }

    private Path errors(int number) {
        return dir.resolve("stderr-" + number + ".log");
    }

    private String stderr(Process process) throws IOException {
        return Files.readString(errors(started.indexOf(process)));
    }

    private JsonObject ready(Process process) throws IOException {
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as(stderr(process)).startsWith("{\"ready\":true");
        return new JsonObject(line);
    }

    private static int mode(Path path) throws IOException {
        return UnixAttributes.of(path).mode() & 0777;
    }

    private String cairn(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printer = new PrintStream(out, true, StandardCharsets.UTF_8);
        Map<String, String> variables = environment.isEmpty() ? Map.of("HOME", dir.toString()) : environment;
        Cli.run(
                args,
                new Surroundings(InputStream.nullInputStream(), printer, printer, false, false, false, variables::get));
        return out.toString(StandardCharsets.UTF_8);
    }
}

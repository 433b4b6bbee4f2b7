package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `--socket` means the relay at that socket, and nothing of another one.
class SocketOptionTest {

    @TempDir
    private Path home;

    private Path data;
    private Path mine;
    private Path other;
    private FakeRelay here;
    private FakeRelay there;

    @BeforeEach
    void startBoth() throws IOException {
        data = Files.createDirectories(home.resolve(".local/share/cairn"));
        mine = home.resolve("mine.sock");
        other = home.resolve("other.sock");
        Files.writeString(
                data.resolve("relay.run.json"),
                "{\"ready\":true,\"sockets\":[\"" + data.resolve("relay.sock") + "\",\"" + mine
                        + "\"],\"http\":null,\"token_file\":\"" + data.resolve("http.token") + "\"}");
        Files.writeString(data.resolve("http.token"), "secret");
        Files.writeString(data.resolve("events.relay.jsonl"), "{}\n");
        here = new FakeRelay(mine, System.currentTimeMillis(), "");
        there = new FakeRelay(other, System.currentTimeMillis(), "");
    }

    @AfterEach
    void stopBoth() throws IOException {
        here.close();
        there.close();
    }

    @Test
    void whatARelaySaysOfItselfHoldsForEachOfItsSockets() {
        CommandRun status = cairn("status", "--json", "--socket", mine.toString());

        assertThat(status.exitCode()).isZero();
        assertThat(status.out())
                .contains("\"socket\":\"" + mine + "\"", "\"data\":\"" + data + "\"", "\"log\":\"" + data);
    }

    @Test
    void ofAnotherRelayOnlyTheSocketIsKnown() {
        CommandRun json = cairn("status", "--json", "--socket", other.toString());
        CommandRun status = cairn("status", "--socket", other.toString());

        assertThat(json.exitCode()).isZero();
        assertThat(json.out()).contains("\"socket\":\"" + other + "\",\"http\":null,\"data\":null,\"log\":null");
        assertThat(status.out()).containsPattern("files +not known: .*" + other).doesNotContain(data.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail", "verify", "keys list", "receipts list"})
    void aCommandThatNeedsItsFilesSaysWhatIsMissing(String command) {
        CommandRun run = cairn((command + " --socket " + other).split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("of the relay at " + other + " are", "--data DIR")
                .doesNotContain(data.toString());
    }

    @Test
    void doctorLooksAtNoFileOfAnotherRelay() {
        CommandRun doctor = cairn("doctor", "--socket", other.toString());

        assertThat(doctor.out())
                .containsPattern("\\[ok  ] relay +answers at " + other)
                .containsPattern("\\[warn] data +nothing says where the files")
                .doesNotContain(data.toString());
    }

    @Test
    void aDirectoryThatIsNamedTooIsBelievedButNotWhatAnotherRelayLeftThere() {
        CommandRun status = cairn("status", "--json", "--data", data.toString(), "--socket", other.toString());

        assertThat(status.out()).contains("\"socket\":\"" + other + "\",\"http\":null,\"data\":\"" + data + "\"");
    }

    @Test
    void doctorLooksAtEverySocketThatEventsComeThrough() throws IOException {
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createFile(data.resolve("relay.sock"));
        Files.setPosixFilePermissions(data.resolve("relay.sock"), PosixFilePermissions.fromString("rw-rw----"));

        CommandRun doctor = cairn("doctor");

        assertThat(doctor.out())
                .containsPattern("\\[ok  ] socket +" + data.resolve("relay.sock") + " rw-rw----")
                .containsPattern("\\[warn] socket +" + mine + " rw-rw-rw- .*: every user may connect")
                .contains("fix: give socket_group or socket_mode in the configuration");
    }

    private CommandRun cairn(String... args) {
        return CommandRun.atHome(home, args);
    }
}

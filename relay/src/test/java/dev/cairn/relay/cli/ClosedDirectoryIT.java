package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A relay's directory that is closed to whoever runs a command is not taken for one that is not there.
@Timeout(60)
class ClosedDirectoryIT {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    private Path dir;

    private Path data;
    private Path key;

    @BeforeEach
    void makeReceiptsAndCloseTheirDirectory() throws Exception {
        data = Files.createDirectory(dir.resolve("data"));
        ReceiptsFixture receipts = ReceiptsFixture.in(Files.createDirectory(data.resolve("receipts")))
                .chain("a", 1);
        key = Files.copy(receipts.publicKey(), dir.resolve("key.pub"));
        Files.setPosixFilePermissions(data, OwnFile.mode(0).value());
    }

    @AfterEach
    void openIt() throws IOException {
        Files.setPosixFilePermissions(data, OwnFile.mode(0700).value());
    }

    @ParameterizedTest
    @CsvSource({
        "2, receipts list --data DATA",
        "2, receipts verify --data DATA",
        "2, receipts verify --db DATA/receipts/receipts.db --public-key KEY",
        "2, receipts keys rotate --data DATA",
        "2, verify --data DATA",
        "2, keys list --data DATA",
        "2, keys list --ring receipts --data DATA",
        "2, keys rotate --keys DATA/keys/seal",
    })
    void thatIsSaidAndWhoMayLook(int exitCode, String command) throws Exception {
        Ended ended = run(command);

        assertThat(ended.text())
                .contains("may not be read by this user (uid ", data + " is closed to it", "chmod u+rx " + data)
                .doesNotContain("no such", "there are no ", "There are no ", "there is no ");
        assertThat(ended.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void aRelayThatCannotBeAskedIsToldOnceAndWhy() throws Exception {
        Ended ended = run("status --data DATA");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.text())
                .contains(": " + data + " is closed to this user (uid ", "chmod u+rx " + data)
                .doesNotContain("may not", "there is no ");
    }

    @Test
    void whatBelongsToOthersIsForThem() throws Exception {
        assumeThat(new UnixSystem().getUid()).as("the superuser's test").isZero();
        Files.setAttribute(data, "unix:uid", 65_534);

        Ended ended = run("receipts list --data DATA");

        assertThat(ended.text())
                .contains("Run this as ", "for instance with sudo -u ", "receipts.read_group")
                .doesNotContain("chmod");
    }

    @Test
    void aNamedSocketBehindAClosedDirectoryIsNotCalledOutside() throws Exception {
        Map<String, String> variables = Map.of(
                "HOME", dir.toString(), "XDG_RUNTIME_DIR", data.toString(), "AGENTRECEIPTS_SOCKET", data + "/e.sock");

        Ended ended = run("up --http off", variables);

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.text())
                .contains("cannot be told: " + data + " is closed to this user")
                .doesNotContain("outside");
    }

    @Test
    void theDoctorSaysWhatItCouldNotExamine() throws Exception {
        Ended ended = run("doctor --data DATA");

        assertThat(ended.text())
                .contains("not examined: " + data.resolve("receipts/receipts.db") + " may not be read by this user")
                .contains("not examined: " + data.resolve("events.relay.jsonl") + " may not be read by this user")
                .doesNotContain("no such", "there is no ");
    }

    private record Ended(int exitCode, String text) {}

    /// A superuser's command goes without what lets it pass everywhere.
    private Ended run(String command) throws Exception {
        return run(command, Map.of());
    }

    private Ended run(String command, Map<String, String> variables) throws Exception {
        List<String> whole = new ArrayList<>();
        if (new UnixSystem().getUid() == 0) {
            assumeThat(SETPRIV).as("setpriv of util-linux").isExecutable();
            whole.addAll(List.of(SETPRIV.toString(), "--inh-caps=-all", "--bounding-set=-all"));
        }
        whole.addAll(RelayProcess.jvm(List.of()));
        for (String word : command.split(" ", -1)) {
            whole.add(word.replace("DATA", data.toString()).replace("KEY", key.toString()));
        }
        Path output = dir.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AGENTRECEIPTS_"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}

package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The load generator on the real relay, if its distribution was built.
class RealRelayIT {

    private static final Path LAUNCHER =
            Path.of("../relay/target/cairn/bin/cairn").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void needsTheDistribution() {
        assumeTrue(Files.isExecutable(LAUNCHER), "there is no distribution at " + LAUNCHER);
    }

    @Test
    void storesAndDeliversEveryEventOfAnOpenLoop() {
        int exitCode = execute("--rate", "500", "--subscribers", "3", "--check", "--duration", "2s", "--warmup", "1s");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("check: PASS").contains("3 subscribers, 0 closed");
    }

    @Test
    void storesEveryEventOfManyConnectionsAtFullSpeedBesideTheBaseline() {
        int exitCode = execute(
                "-c",
                "32",
                "--mix",
                "event=95,ping=3,state=2",
                "--check",
                "--baseline",
                "--rounds",
                "1",
                "--duration",
                "1s",
                "--warmup",
                "1s",
                "--idle",
                "50");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("check: PASS")
                .contains("throughput, relay / baseline");
    }

    @Test
    void deliversBesideABaselineThatDeliversToo() {
        int exitCode = execute(
                "--rate",
                "200",
                "--subscribers",
                "3",
                "--slow-subscribers",
                "1",
                "--baseline",
                "--check",
                "--rounds",
                "2",
                "--duration",
                "1s",
                "--warmup",
                "500ms");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("check: PASS")
                .containsPattern("baseline: publish to receive, p50 +[0-9]")
                .containsPattern("baseline: publish to receive, p99 +[0-9]")
                .containsPattern("publish to receive p50, relay / baseline +[0-9]")
                .containsPattern("publish to receive p99, relay / baseline +[0-9]");
    }

    @Test
    void sealsEverySecondAndEverySealFitsTheChain() {
        int exitCode =
                execute("--scenario", "seals", "-r", "500", "--rounds", "1", "--duration", "2500ms", "--warmup", "1s");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("check: PASS", "p99, with / without")
                .containsPattern("seals made +[23]\\.00");
    }

    @Test
    void hasTextsSignedAndEverySignatureVerified() {
        int exitCode = execute("--scenario", "sign-2k", "-r", "500", "--rounds", "1", "--duration", "2s");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("signatures verified +[1-9]");
    }

    @Test
    void makesAReceiptOfEveryFrameBesideTheBaseline() {
        int exitCode = execute("--dialect", "receipts", "--rounds", "1", "--duration", "1s", "--warmup", "1s");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("check: PASS")
                .contains("rows per second, relay / baseline");
    }

    @Test
    void hasFramesTakenOnTime() {
        int exitCode = execute(
                "--scenario", "receipts-10k", "-r", "500", "--rounds", "1", "--duration", "1s", "--warmup", "1s");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("check: PASS", "accepted by the socket, p99");
    }

    @Test
    void hasReceiptsVerified() {
        int exitCode = execute("--scenario", "receipts-verify", "--records", "2000", "--rounds", "1");

        assertThat(exitCode).as(this::said).isEqualTo(LoadCommand.GOOD);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("receipts verified per second");
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private int execute(String... options) {
        PrintStream output = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        String[] all = new String[options.length + 4];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(
                new String[] {"--cairn", LAUNCHER.toString(), "--temp", directory.toString()},
                0,
                all,
                options.length,
                4);
        LoadCommand command = new LoadCommand(output, errors, new Progress(errors, false), null);
        int exitCode = Main.commandLine(command, false).execute(all);
        assertThat(directory).isEmptyDirectory();
        return exitCode;
    }
}

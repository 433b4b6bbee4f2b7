package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The form of what doctor says, which programs of the receipts dialect read.
class DoctorCommandTest {

    private static final Pattern CHECK = Pattern.compile("\\[(ok {2}|warn|fail)] [a-z-]+( [a-z-]+){0,2} {2}\\S.*");
    private static final Pattern FIX = Pattern.compile(" {7}fix: \\S.*");

    @TempDir
    private Path dir;

    @BeforeEach
    void makeRings() throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-x---"));
        for (String ring : List.of("keys/seal", "keys/receipts-seal")) {
            var _ = Keyring.in(dir.resolve(ring)).active();
        }
    }

    @Test
    void everyCheckIsALineAndTheLastOneCountsThem() {
        CommandRun run = doctor();

        List<String> lines = run.out().lines().toList();
        List<String> checks = lines.subList(0, lines.size() - 1);
        assertThat(checks)
                .isNotEmpty()
                .allMatch(line ->
                        CHECK.matcher(line).matches() || FIX.matcher(line).matches());
        assertThat(lines.getLast())
                .isEqualTo("doctor: FAIL (" + starting(checks, "[ok  ] ") + " ok, " + starting(checks, "[warn] ")
                        + " warn, " + starting(checks, "[fail] ") + " fail)");
        assertThat(starting(checks, "[fail] ")).isPositive(); // No relay answers.
        assertThat(run.exitCode()).isOne();
    }

    @Test
    void asJsonItIsOneObjectWithEveryCheck() {
        CommandRun run = doctor("--json");

        assertThat(run.out().lines()).hasSize(1);
        JsonObject answer = JsonObject.parse(run.out());
        assertThat(run.out())
                .startsWith("{\"ok\":false,\"checks\":[{\"check\":\"java\",\"status\":\"ok\",\"reason\":\"");
        assertThat(answer.objects("checks")).allSatisfy(check -> {
            assertThat(check.text("status")).isIn("ok", "warn", "fail");
            assertThat(check.text("reason")).isNotEmpty();
            assertThat(check.raw()).doesNotContain("\"fix\":null", "\"fix\":\"\"");
        });
        assertThat(answer.objects("checks"))
                .anySatisfy(check -> assertThat(check.text("fix")).contains("cairn up"));
    }

    @Test
    void theKeysOfTheTwoRingsAreToldApart() {
        assertThat(doctor().out())
                .containsPattern("\\[ok  ] keys {2}keys/seal: [0-9a-f]{16} signs\n")
                .containsPattern("\\[ok  ] keys {2}keys/receipts-seal: [0-9a-f]{16} signs\n");
    }

    @Test
    void onlyATerminalGetsColours() {
        String[] doctor = {"doctor", "--data", dir.toString()};

        assertThat(CommandRun.onTerminal(Map.of("TERM", "xterm"), doctor).out())
                .contains("[\u001b[32mok  \u001b[0m] java  ", "doctor: \u001b[31mFAIL\u001b[0m (");
        assertThat(doctor().out()).doesNotContain("\u001b");
    }

    private CommandRun doctor(String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "doctor";
        args[1] = "--data";
        args[2] = dir.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.of(args);
    }

    private static long starting(List<String> lines, String with) {
        return lines.stream().filter(line -> line.startsWith(with)).count();
    }
}

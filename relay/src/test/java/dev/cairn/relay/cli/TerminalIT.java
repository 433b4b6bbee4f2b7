package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands on a real pseudo-terminal, which `script` of util-linux makes.
@Timeout(120)
class TerminalIT {

    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    private Path dir;

    @BeforeEach
    void needScript() {
        assumeThat(SCRIPT).as("script of util-linux makes the pseudo-terminal").isExecutable();
        assumeThat(Path.of("/proc/self/fd"))
                .as("only Linux's script takes these options")
                .exists();
    }

    @Test
    void verifyKnowsATerminalWhenItSeesOne() throws Exception {
        new SealedDirectory(dir).records(3);

        String coloured = onTerminal(List.of("TERM=xterm"), "verify", "--data", dir.toString());
        String plain = onTerminal(List.of("TERM=xterm", "NO_COLOR=1"), "verify", "--data", dir.toString());

        assertThat(coloured).contains("\u001b[32mINTACT\u001b[0m");
        assertThat(plain).contains("INTACT").doesNotContain("\u001b");
    }

    @Test
    void emitShowsHowFarItIsAndTakesThatAwayAgain() throws Exception {
        Path file = dir.resolve("events.jsonl");
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            events.append("{\"id\":\"")
                    .append(i)
                    .append("\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\",")
                    .append("\"agent\":\"codex\",\"action\":\"file_read\",\"risk\":{\"level\":\"low\"}}\n");
        }
        Files.writeString(file, events);
        try (RelayProcess relay = RelayProcess.start(dir.resolve("data"))) {
            String data = relay.dataDir().toString();

            String shown = onTerminal(List.of("TERM=xterm"), "emit", "--data", data, "--file", file.toString());

            assertThat(shown).containsPattern("\\[=* *] +\\d+ %  [0-9,]+ events  [0-9,]+/s");
            assertThat(shown.substring(shown.lastIndexOf("\u001b[K"))).contains("60,000 events stored in ");
        }
    }

    private static String onTerminal(List<String> environment, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "-u", "NO_COLOR"));
        command.addAll(environment);
        command.addAll(RelayProcess.jvm(List.of()));
        command.addAll(List.of(args));
        String line = command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        Process process = new ProcessBuilder(SCRIPT.toString(), "-qec", line, "/dev/null")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(shown).isZero();
        return shown;
    }
}

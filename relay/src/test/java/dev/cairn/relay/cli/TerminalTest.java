package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Colours are for people who look at a terminal and want them.
class TerminalTest {

    @TempDir
    private Path dir;

    @Test
    void aVerdictIsColouredOnATerminal() throws IOException {
        new SealedDirectory(dir).records(3);

        CommandRun terminal = CommandRun.onTerminal(Map.of("TERM", "xterm"), "verify", "--data", dir.toString());
        CommandRun pipe = CommandRun.within(Map.of("TERM", "xterm"), "", "verify", "--data", dir.toString());

        assertThat(terminal.out()).startsWith("\u001b[32mINTACT\u001b[0m");
        assertThat(pipe.out()).startsWith("INTACT").doesNotContain("\u001b");
        assertThat(terminal.err()).as("a short check has no progress bar").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"NO_COLOR,1", "TERM,dumb"})
    void whoWantsNoColoursGetsNone(String variable, String value) throws IOException {
        new SealedDirectory(dir).records(3);

        CommandRun run = CommandRun.onTerminal(Map.of(variable, value), "verify", "--data", dir.toString());

        assertThat(run.out()).startsWith("INTACT").doesNotContain("\u001b");
    }

    @Test
    void jsonHasNoColoursAnywhere() throws IOException {
        new SealedDirectory(dir).records(3);

        CommandRun run = CommandRun.onTerminal(Map.of("TERM", "xterm"), "verify", "--json", "--data", dir.toString());

        assertThat(run.out()).startsWith("{").doesNotContain("\u001b");
    }
}

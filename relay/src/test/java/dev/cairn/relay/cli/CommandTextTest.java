package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTextTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up | cairn up --data /d",
                "emit --action file_write | cairn emit --data /d --action file_write",
                "receipts verify | cairn receipts verify --data /d",
                "keys rotate --ring receipts | cairn keys rotate --data /d --ring receipts"
            })
    void theRelaysOptionsStandBehindAllWordsOfTheCommand(String words, String typed) {
        assertThat(new CommandText("cairn", " --data /d").of(words)).isEqualTo(typed);
    }

    @Test
    void whatIsProposedCanBeTyped() throws Exception {
        ReceiptsFixture.in(Files.createDirectory(dir.resolve("receipts"))).chain("a", 1);

        assertThat(typed("receipts verify").exitCode()).isZero();
        assertThat(typed("keys rotate").exitCode()).isZero();
        assertThat(typed("keys rotate --ring receipts").exitCode()).isZero();
        assertThat(typed("verify --against " + dir.resolve("none")).err()).doesNotContain("Unknown option");
    }

    private CommandRun typed(String words) {
        String[] typed = new CommandText("cairn", " --data " + dir).of(words).split(" ", -1);
        return CommandRun.of(Arrays.copyOfRange(typed, 1, typed.length));
    }
}

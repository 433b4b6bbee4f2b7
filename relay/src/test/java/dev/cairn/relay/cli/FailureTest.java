package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How commands fail: with the right exit code, words that a person can act on, and the same as JSON for programs.
class FailureTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "emit --file X",
                "verify --file X",
                "verify --file LOG --against X",
                "up --data D --config X",
                "serve --data D --config X",
                "config check X"
            })
    void aFileThatCannotBeReadIsUsageAndSaidInOneWording(String command) throws IOException {
        Path directory = Files.createDirectory(dir.resolve("directory"));
        Path absent = dir.resolve("absent");
        Files.createFile(dir.resolve("log"));

        CommandRun onDirectory = run(command, directory);
        CommandRun onNothing = run(command, absent);

        assertThat(onDirectory.exitCode()).isEqualTo(2);
        assertThat(onDirectory.err()).isEqualTo("cairn: cannot read " + directory + ": it is a directory\n");
        assertThat(onNothing.exitCode()).isEqualTo(2);
        assertThat(onNothing.err()).isEqualTo("cairn: cannot read " + absent + ": no such file\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --data D --config X",
                "serve --data D --config X",
                "config check X",
                "verify --file LOG --config X"
            })
    @Timeout(60)
    void aConfigurationIsNotReadFurtherThanOneCanBeLong(String command) throws IOException {
        Files.createFile(dir.resolve("log"));
        Path longest = Files.writeString(dir.resolve("longest"), "{}" + " ".repeat((1 << 20) - 2));
        Path tooLong = Files.writeString(dir.resolve("too-long"), "{}" + " ".repeat((1 << 20) - 1));
        Path huge = dir.resolve("huge");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(1L << 32); // More than any memory; it takes no room on the disk.
        }

        assertThat(NamedFile.read(longest)).hasSize(1 << 20);
        assertThat(run(command, tooLong))
                .isEqualTo(new CommandRun(2, "", "cairn: cannot read " + tooLong + ": it is longer than 1 MiB\n"));
        assertThat(run(command, huge))
                .isEqualTo(new CommandRun(2, "", "cairn: cannot read " + huge + ": it is longer than 1 MiB\n"));
    }

    @ParameterizedTest
    @Timeout(value = 10, threadMode = SEPARATE_THREAD) // Nothing interrupts who opens a pipe.
    @ValueSource(
            strings = {
                "config check X",
                "up --data D --config X",
                "verify --file X",
                "verify --file LOG --against X",
                "verify --file LOG --seals X",
                "verify --file LOG --witnesses X",
                "verify --file LOG --config X",
                "witness publish --witness-url http://127.0.0.1:1 --file X",
                "witness verify --witness-file X"
            })
    void aPipeOrADeviceIsRefusedAndNotWaitedFor(String command) throws Exception {
        Files.createFile(dir.resolve("log"));
        Path pipe = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path device = Path.of("/dev/zero");

        assertThat(run(command, pipe))
                .isEqualTo(new CommandRun(2, "", "cairn: cannot read " + pipe + ": it is not a regular file\n"));
        assertThat(run(command, device))
                .isEqualTo(new CommandRun(2, "", "cairn: cannot read " + device + ": it is not a regular file\n"));
    }

    @Test
    @Timeout(60)
    void aRecordOfAnchorsIsNotReadFurtherThanALineCanBeLong() throws IOException {
        Path huge = dir.resolve("huge");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(1L << 32);
        }

        CommandRun run = run("witness verify --witness-file X", huge);

        assertThat(run)
                .isEqualTo(
                        new CommandRun(2, "", "cairn: cannot read " + huge + ": a line is longer than 262144 bytes\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify --file X",
                "verify --file LOG --seals X",
                "verify --file LOG --keys X",
                "config check X",
                "emit --file X",
                "tail --since X",
                "receipts verify --db X",
                "receipts list --limit X",
                "X",
                "verify X",
                "verify --X"
            })
    void noWordOfTheCommandLineSteersTheTerminal(String command) throws IOException {
        Files.createFile(dir.resolve("log"));
        String hidden = "a\u007fb\u009bc\u202ed\u2066e\u2069f\rg";

        CommandRun run = CommandRun.atHome(
                dir,
                Stream.of(command.split(" "))
                        .map(word -> word.replace("LOG", dir.resolve("log").toString())
                                .replace("X", hidden))
                        .toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("a\\u007fb\\u009bc\\u202ed\\u2066e\\u2069f\\u000dg")
                .doesNotContain("\u007f", "\u009b", "\u202e", "\u2066", "\u2069", "\r");
    }

    @Test
    void whoMayNotReadAFileIsToldSo() {
        Path file = dir.resolve("secret");

        assertThat(NamedFile.refusal(file, new AccessDeniedException(file.toString())))
                .hasMessage("cannot read " + file + ": permission denied");
    }

    @Test
    void aFileInPlaceOfTheDataDirectoryIsSaidSo() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));

        CommandRun run = CommandRun.of("up", "--http", "127.0.0.1:0", "--data", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("cairn: cannot make the data directory " + file + ": a file is there\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "tail", "emit"})
    void theRemedyNamesTheRelayThatItsUserNamed(String command) {
        Path data = dir.resolve("my data");

        CommandRun run = CommandRun.of(command, "--data", data.toString(), "--socket", "/tmp/s.sock");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).endsWith("Start one with: cairn up --data '" + data + "' --socket /tmp/s.sock\n");
    }

    @Test
    void aRemedyIsSpeltAsItsUserCallsCairnAndIsAboutTheSameReceipts() {
        Map<String, String> environment = Map.of("HOME", dir.toString(), "CAIRN_COMMAND", "./cairn");

        assertThat(CommandRun.within(environment, "", "receipts", "show").err())
                .endsWith("See which there are: ./cairn receipts list\n");
        assertThat(CommandRun.within(environment, "", "receipts", "show", "x", "--db", "my.db", "--data", "d")
                        .err())
                .endsWith("See which there are: ./cairn receipts list --data d --db my.db\n");
        assertThat(CommandRun.within(environment, "", "receipts", "disclose", "x", "--db", "a b")
                        .err())
                .endsWith("See which there are: ./cairn receipts list --db 'a b'\n");
    }

    @Test
    void theRemediesOfDoctorAndVerifyDoToo() {
        String data = dir.resolve("d").toString();

        assertThat(CommandRun.of("verify", "--data", data).err())
                .endsWith("first start: cairn up --data " + data + "\n");
        assertThat(CommandRun.of("doctor", "--data", data).out())
                .contains("fix: Start one with: cairn up --data " + data)
                .contains("fix: it appears when a relay has run: cairn up --data " + data);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status --data D",
                "tail --data D",
                "tail --since yesterday",
                "tail --since -1",
                "emit --data D",
                "emit --file X",
                "emit --target t",
                "emit --action nothing",
                "verify --data D",
                "verify --file X",
                "up --http 8787",
                "up --log-level loud",
                "serve --data D --config X",
                "config check X",
                "doctor --nonsense"
            })
    void withJsonEveryFailureIsOneObjectOnStandardOutput(String command) {
        CommandRun run = run(command + " --json", dir.resolve("absent"));

        assertThat(run.exitCode()).isIn(2, 3);
        assertThat(run.out().lines()).hasSize(1);
        JsonObject answer = JsonObject.parse(run.out());
        assertThat(answer.raw()).startsWith("{\"ok\":false,");
        assertThat(run.err()).startsWith("cairn: " + answer.text("error"));
        assertThat(answer.number("exit_code")).isEqualTo(run.exitCode());
    }

    @Test
    void theRemedyIsForProgramsToo() {
        CommandRun run = run("tail --data D --json", dir);

        assertThat(JsonObject.parse(run.out()).text("remedy"))
                .isEqualTo("Start one with: cairn up --data " + dir.resolve("D"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --log-level loud|debug, info, warn, error",
                "emit --action nothing|file_read, file_write",
                "emit --action file_read --risk huge|none, low, medium, high, critical",
                "emit --action file_read --status odd|pending, completed, denied, failed",
                "emit --action file_read --agent me|claude-code, codex, cursor, copilot, custom"
            })
    void aWrongWordIsUsageThatListsTheRightOnes(String commandAndWords) {
        List<String> parts = List.of(commandAndWords.split("\\|"));

        CommandRun run = run(parts.getFirst(), dir);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("expected one of " + parts.getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tail --since x|--since|x",
                "tail --since 1.5|--since|1.5",
                "verify --quorum many|--quorum|many",
                "receipts list --limit 99999999999999999999|--limit|99999999999999999999",
                "witness publish --witness-url http://a/ --timeout-ms 2s|--timeout-ms|2s"
            })
    void whatIsNoNumberIsUsageThatSaysWhatWasExpected(String commandAndWords) {
        List<String> parts = List.of(commandAndWords.split("\\|"));

        CommandRun run = run(parts.getFirst(), dir);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(parts.get(1), "expected a whole number, got " + parts.getLast())
                .doesNotContain("long");
    }

    @Test
    void whatDoesNotExistIsSaidInPlainWords() {
        assertThat(CommandRun.of("emits").err())
                .isEqualTo("cairn: there is no command emits\nPerhaps you meant: emit\nSee: cairn --help\n");
        assertThat(CommandRun.of("emit", "--fil", "x").err())
                .isEqualTo(
                        "cairn: there is no option --fil of cairn emit\nPerhaps you meant: --file\nSee: cairn emit --help\n");
        assertThat(CommandRun.of("status", "now").err())
                .startsWith("cairn: there is no argument now of cairn status\n");
    }

    private CommandRun run(String command, Path file) {
        List<String> words = command.lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
        return CommandRun.atHome(
                dir,
                words.stream()
                        .map(word -> switch (word) {
                            case "X" -> file.toString();
                            case "D" -> dir.resolve("D").toString();
                            case "LOG" -> dir.resolve("log").toString();
                            default -> word;
                        })
                        .toArray(String[]::new));
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.config.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The whole way of an event through the commands that a newcomer types, against a real relay.
class CliIT {

    private static final String EVENT = """
            {"id":"%s","session_id":"s","timestamp":"2026-01-01T00:00:00Z","agent":"codex","action":"file_read",\
            "target":{"type":"file","path":"a.txt"},"risk":{"level":"low"}}
            """;

    @TempDir
    private static Path dir;

    private static RelayProcess relay;

    @BeforeAll
    static void start() {
        relay = RelayProcess.start(dir.resolve("data"));
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void anEventFromFlagsIsStoredShownAndVerified() {
        CommandRun emitted = cairn("emit", "--action", "file_write", "--target", "notes.txt");
        CommandRun tail = cairn("tail");
        CommandRun verified = CommandRun.of("verify", "--data", relay.dataDir().toString());

        assertThat(emitted.exitCode()).isZero();
        assertThat(emitted.out()).matches("stored sha256:[0-9a-f]{64}\n");
        assertThat(tail.exitCode()).isZero();
        assertThat(tail.out()).containsPattern("custom +file_write +notes\\.txt");
        assertThat(verified.exitCode()).isZero();
        assertThat(verified.out()).startsWith("INTACT");
    }

    /// A search of the class path takes a sixth of this command.
    @Test
    @Timeout(value = 60, threadMode = SEPARATE_THREAD) // Nothing interrupts who reads from a process.
    @EnabledOnOs(OS.LINUX)
    void searchesNoClassPathToTellThatAllIsWell() throws Exception {
        Path loaded = dir.resolve("loaded.txt");
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of("-Xlog:class+load:file=" + loaded)));
        command.addAll(List.of("status", "--data", relay.dataDir().toString()));

        Process status = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(status.waitFor()).as(said).isZero();
        assertThat(Files.readString(loaded))
                .contains("dev.cairn.relay.cli.StatusCommand ")
                .doesNotContain("sun.nio.ch.DefaultSelectorProvider ") // It comes behind a search.
                .doesNotContain("jdk.internal.logger.BootstrapLogger$DetectBackend ");
    }

    @Test
    void everyLineOfStandardInputIsAnEventAndARefusedOneIsNamed() {
        String events = EVENT.formatted("one") + "\n" + EVENT.formatted("two").replace("codex", "nobody")
                + "{not json\n" + EVENT.formatted("three");

        CommandRun emitted =
                CommandRun.withInput(events, "emit", "--data", relay.dataDir().toString(), "--json");

        assertThat(emitted.exitCode()).isEqualTo(1);
        assertThat(emitted.out()).startsWith("{\"ok\":false,\"stored\":2,\"refused\":2,");
        assertThat(JsonObject.parse(emitted.out()).objects("refusals"))
                .extracting(refusal -> refusal.number("line"))
                .containsExactly(3L, 4L);
        assertThat(emitted.err()).contains("line 3: Schema validation failed: agent: ", "line 4: not JSON");
    }

    @Test
    void manyEventsFromAFileAreStoredOnceEachInOrder() throws IOException {
        Path file = dir.resolve("many.jsonl");
        Files.writeString(
                file,
                IntStream.rangeClosed(1, 20_000)
                        .mapToObj(i -> EVENT.formatted("many-" + i))
                        .collect(Collectors.joining()));

        CommandRun emitted = cairn("emit", "--file", file.toString());
        CommandRun records = cairn("tail", "--since", "0", "--json");

        assertThat(emitted.exitCode()).isZero();
        assertThat(emitted.out()).startsWith("20,000 events stored in ");
        assertThat(records.out()
                        .lines()
                        .filter(line -> line.contains("\"id\":\"many-"))
                        .map(CliIT::id))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20_000)
                        .mapToObj(i -> "many-" + i)
                        .toList());
    }

    @Test
    void statusSaysThatItRunsAndWhereTheChainStands() {
        CommandRun status = cairn("status", "--json");

        assertThat(status.exitCode()).isZero();
        JsonObject json = JsonObject.parse(status.out().strip());
        assertThat(json.text("status")).isEqualTo("ok");
        assertThat(json.number("pid")).isEqualTo(relay.pid());
        assertThat(json.text("socket")).isEqualTo(relay.socket().toString());
    }

    @Test
    void afterTheEndOfTheChainThereIsNothingToShow() {
        CommandRun tail = cairn("tail", "--since", "999999");

        assertThat(tail.exitCode()).isEqualTo(2);
        assertThat(tail.err()).matches("cairn: --since 999999: the chain ends at record [0-9,]+\n");
    }

    @Test
    void doctorFindsNothingWrongExceptWhatIs() throws IOException {
        CommandRun healthy = cairn("doctor");
        Files.setPosixFilePermissions(relay.log(), PosixFilePermissions.fromString("rw-rw-rw-"));
        CommandRun exposed = cairn("doctor");
        Files.setPosixFilePermissions(relay.log(), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(healthy.out())
                .doesNotContain("[fail]")
                .containsPattern("doctor: PASS \\([0-9]+ ok, [0-9]+ warn, 0 fail\\)\n$");
        assertThat(healthy.exitCode()).isZero();
        assertThat(exposed.exitCode()).isEqualTo(1);
        assertThat(exposed.out()).contains("others may write", "chmod go-w");
    }

    @Test
    void whoMayNotBeHeardIsNotTheOperatorsTerminal() {
        CommandRun emitted = cairn("emit", "--action", "command_execute", "--target", "rm \u001b[2J\u202egpj.x");
        CommandRun tail = cairn("tail");

        assertThat(emitted.exitCode()).isZero();
        assertThat(tail.out()).contains("rm \\u001b[2J\\u202egpj.x").doesNotContain("\u001b", "\u202e");
    }

    @Test
    void jsonIsAsItIsStoredForProgramsAndCannotSteerATerminal() throws IOException {
        String hidden = "a\u007fb\u009bc\u202ed\u2066e\u2069f";
        cairn("emit", "--action", "command_execute", "--target", hidden);

        String[] command = {"tail", "--json", "--data", relay.dataDir().toString()};
        CommandRun piped = CommandRun.of(command);
        CommandRun shown = CommandRun.onTerminal(Map.of("HOME", "/nonexistent"), command);

        assertThat(piped.out()).contains(hidden);
        assertThat(Files.readString(relay.log())).contains(piped.out().lines().toList());
        assertThat(shown.out())
                .contains("a\\u007fb\\u009bc\\u202ed\\u2066e\\u2069f")
                .doesNotContain("\u007f", "\u009b", "\u202e", "\u2066", "\u2069");
        assertThat(JsonObject.parse(lastLine(shown)).object("target"))
                .extracting(target -> target.text("command"))
                .isEqualTo(hidden);
    }

    private static String lastLine(CommandRun run) {
        return run.out().lines().reduce("", (_, line) -> line);
    }

    @Test
    void theRequestInTheReadmeIsAnsweredAsItSays() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        Matcher request = Pattern.compile("printf '%s\\\\n' '(.+)' ").matcher(readme);
        assertThat(request.find()).isTrue();

        try (RelaySocket socket =
                RelaySocket.connect(RelayFiles.of(Places.in(relay.dataDir()), new CommandText("cairn", "")))) {
            JsonObject answer = socket.ask(request.group(1));

            assertThat(answer.raw()).matches("\\{\"ok\":true,\"relay_hash\":\"sha256:[0-9a-f]{64}\"}");
        }
    }

    private static CommandRun cairn(String command, String... args) {
        String[] all = new String[args.length + 3];
        all[0] = command;
        all[1] = "--data";
        all[2] = relay.dataDir().toString();
        System.arraycopy(args, 0, all, 3, args.length);
        return CommandRun.of(all);
    }

    private static String id(String record) {
        return String.valueOf(JsonObject.parse(record).text("id"));
    }
}

package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {

    @TempDir
    private Path dir;

    @Test
    void theVersionsOfTheDialectsFramesAreTold() {
        CommandRun run = CommandRun.of("--protocol-version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("{\"frame_version\":{\"min\":1,\"max\":1}}\n");
    }

    @Test
    void withoutACommandItTeaches() {
        CommandRun run = CommandRun.of();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Usage: cairn", "cairn emit --action file_write", "Exit codes: 0 good", "  loadtest ");
        assertThat(run.out()).doesNotContain("train-cli", "\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "serve",
                "status",
                "tail",
                "emit",
                "verify",
                "receipts",
                "doctor",
                "config",
                "witness",
                "completion",
                "loadtest"
            })
    void everyCommandHasHelpThatFitsATerminal(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Usage: cairn " + command);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void aWrongCommandLineIsUsage() {
        assertThat(CommandRun.of("emits").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("config", "check").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("emit", "--target", "x").err()).contains("--action is missing");
        assertThat(CommandRun.of("tail", "--since", "yesterday").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("up", "--http", "8787").err()).contains("--http: expected HOST:PORT");
        assertThat(CommandRun.of("emit", "--action", "file_read", "--file", "x").exitCode())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "tail", "emit"})
    void withoutARelayACommandSaysHowToStartOne(String command) {
        CommandRun run = CommandRun.atHome(dir, command);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("no relay answers at " + dir.resolve(".local/share/cairn/relay.sock"));
        assertThat(run.err()).contains("cairn up");
    }

    @Test
    void aDownRelayIsAnAnswerToAProgram() {
        CommandRun run = CommandRun.of("status", "--json", "--data", dir.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .startsWith("{\"ok\":false,\"status\":\"down\",\"socket\":\"" + dir.resolve("relay.sock") + "\"");
    }

    @Test
    void configCheckReportsEveryMistake() throws IOException {
        Path wrong = Files.writeString(
                dir.resolve("wrong.json"),
                "{\"http\":{\"port\":70000},\"a\":1,\"auto_seal\":{\"interval_minutes\":0}}");
        Path right = Files.writeString(dir.resolve("right.json"), "{\"auto_seal\":{\"interval_minutes\":0}}");

        CommandRun bad = CommandRun.of("config", "check", wrong.toString());
        CommandRun good = CommandRun.of("config", "check", right.toString(), "--json");
        CommandRun absent = CommandRun.of("config", "check", dir.resolve("none").toString());

        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.out())
                .contains("http.port: expected", "a: unknown key", "warning  auto_seal.interval_minutes", "not valid");
        assertThat(good.exitCode()).isZero();
        assertThat(good.out())
                .startsWith("{\"ok\":true,\"valid\":true,\"problems\":[],\"warnings\":[\"auto_seal.interval_minutes");
        assertThat(absent.exitCode()).isEqualTo(2);
    }

    @Test
    void configCheckCountsWhatTheEnvironmentAdds() throws IOException {
        Path file =
                Files.writeString(dir.resolve("disclosing.json"), "{\"receipts\":{\"parameter_disclosure\":\"high\"}}");
        Map<String, String> named = Map.of("HOME", "/nonexistent", "AGENTRECEIPTS_FORENSIC_PUBLIC_KEY", "/k.pub");

        CommandRun alone = CommandRun.of("config", "check", file.toString());
        CommandRun completed = CommandRun.within(named, "", "config", "check", file.toString());

        assertThat(alone.exitCode()).isEqualTo(1);
        assertThat(alone.out()).contains("receipts.forensic_public_key: missing");
        assertThat(completed.exitCode()).as(completed.out()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"high, off, 0", "off, high, 1", "off, '', 0", "high, all, 1"})
    void configCheckJudgesWhatIsDisclosedAsTheEnvironmentSaysIt(String said, String environment, int exitCode)
            throws IOException {
        Path file = Files.writeString(
                dir.resolve("disclosing.json"), "{\"receipts\":{\"parameter_disclosure\":\"" + said + "\"}}");
        Map<String, String> variables =
                Map.of("HOME", "/nonexistent", "AGENTRECEIPTS_PARAMETER_DISCLOSURE", environment);

        CommandRun check = CommandRun.within(variables, "", "config", "check", file.toString());
        CommandRun serve = CommandRun.within(
                variables, "", "serve", "--config", file.toString(), "--socket", "/" + "x".repeat(200));

        assertThat(check.exitCode()).as(check.out()).isEqualTo(exitCode);
        assertThat(check.out().contains("receipts.forensic_public_key: missing"))
                .isEqualTo(exitCode == 1);
        assertThat(serve.err().contains("receipts.forensic_public_key: missing"))
                .as(serve.err())
                .isEqualTo(exitCode == 1);
    }

    @Test
    void theCompletionScriptKnowsAllCommands() {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(
                        "up serve status tail emit hook verify receipts doctor seal keys config witness completion loadtest");
        assertThat(run.out()).contains("\"critical\"", "\"debug\"", "\"denied\"", "\"copilot\"", "\"mcp_tool_result\"");
    }

    @Test
    void theLoadGeneratorIsStartedByTheLauncher() {
        CommandRun run = CommandRun.of("loadtest", "--duration", "1s");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("./cairn loadtest");
    }

    @Test
    void foreignTextCannotReachTheTerminal() {
        assertThat(Human.visible("a\u001b[31mb\u202ec\nd", 80)).isEqualTo("a\\u001b[31mb\\u202ec\\nd");
        assertThat(Human.visible("abcdef", 3)).isEqualTo("abc…");
    }
}

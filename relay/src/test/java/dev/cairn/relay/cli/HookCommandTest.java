package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Decision;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.ReceiptStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookCommandTest {

    private static final String CALL = """
            {"session_id":"ses-1","cwd":"/w","hook_event_name":"%s","tool_name":"%s","tool_use_id":"toolu_01",
             "tool_input":{"file_path":"/etc/hosts","limit":1}%s}
            """;

    @TempDir
    private Path dir;

    private FrameSocket relay;

    @BeforeEach
    void listen() throws IOException {
        relay = new FrameSocket(socket());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
    }

    @Test
    void aCallThatIsToBeMadeIsPending() throws Exception {
        CommandRun run = hook(CALL.formatted("PreToolUse", "Bash", ",\"agent_id\":\"a1\",\"agent_type\":\"explore\""));

        Frame frame = relay.next();
        assertThat(run).isEqualTo(new CommandRun(0, "", ""));
        assertThat(frame.channel()).isEqualTo("claude-code");
        assertThat(frame.tool()).isEqualTo(new Frame.Tool("", "Bash"));
        assertThat(frame.actionType()).isEqualTo("claude-code.Bash");
        assertThat(frame.decision()).isEqualTo(Decision.PENDING);
        assertThat(frame.sessionId()).isEqualTo("ses-1");
        assertThat(frame.correlationId()).isEqualTo("toolu_01");
        assertThat(frame.runtime()).isEqualTo(new Frame.AgentRuntime("a1", "explore", "", "", ""));
        assertThat(frame.inputHash()).startsWith("sha256:");
        assertThat(frame.outputHash()).isEmpty();
        assertThat(frame.target().system()).as("a command has no file").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PostToolUse,Read", "PostToolUse,Write", "Unheard,Edit", "PostToolUse,MultiEdit"})
    void aCallThatWasMadeIsAllowedAndNamesItsFile(String event, String tool) throws Exception {
        CommandRun run = hook(CALL.formatted(event, tool, ",\"tool_response\":{\"text\":\"x\"}"));

        Frame frame = relay.next();
        assertThat(run.exitCode()).isZero();
        assertThat(frame.decision()).isEqualTo(Decision.ALLOWED);
        assertThat(frame.status()).isEqualTo(ReceiptStatus.SUCCESS);
        assertThat(frame.target()).isEqualTo(new Frame.Target("filesystem", "/etc/hosts"));
        assertThat(frame.outputHash()).startsWith("sha256:");
    }

    @Test
    void aCallThatFailedSaysWhy() throws Exception {
        hook(CALL.formatted("PostToolUseFailure", "Bash", ",\"error\":\"exit 1\""));

        Frame frame = relay.next();
        assertThat(frame.error()).isEqualTo("exit 1");
        assertThat(frame.status()).isEqualTo(ReceiptStatus.FAILURE);
    }

    @Test
    void theTranscriptTellsTheModelAndTheTokensOfTheMessageThatMadeTheCall() throws Exception {
        Path transcript = Files.writeString(dir.resolve("t.jsonl"), """
                {"type":"user","message":{"role":"user","content":"toolu_01"}}
                {"type":"assistant","message":{"model":"claude-x","content":[{"type":"tool_use","id":"toolu_01"}],\
                "usage":{"input_tokens":12, "cache":null}}}
                {"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"toolu_01"}]}}
                {"type":"assistant","message":{"model":"claude-y","content":[{"type":"tool_use","id":"toolu_02"}]}}
                {"type":"assistant","mess
                """);

        hook(CALL.formatted("PostToolUse", "Bash", ",\"transcript_path\":\"" + transcript + '"'));

        assertThat(relay.next().runtime())
                .isEqualTo(new Frame.AgentRuntime("", "", "claude-x", "transcript", "{\"input_tokens\":12}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\":{\"model\":\"m\",\"content\":[{\"id\":\"toolu_02\"}]}}",
                "{\"message\":{\"model\":5,\"content\":[{\"id\":\"toolu_01\"}]}}",
                "{\"message\":{\"model\":\"m\",\"content\":{\"id\":\"toolu_01\"}}}",
                "{\"message\":\"toolu_01\"}",
                "[\"toolu_01\"]",
                "\"toolu_01\"",
                ""
            })
    void whatTheTranscriptDoesNotSayIsNotGuessed(String line) throws Exception {
        Path transcript = Files.writeString(dir.resolve("t.jsonl"), line + "\n\n");

        hook(CALL.formatted("PostToolUse", "Bash", ",\"transcript_path\":\"" + transcript + '"'));
        hook(CALL.formatted("PostToolUse", "Bash", ",\"transcript_path\":\"" + dir.resolve("none") + '"'));

        assertThat(relay.next().runtime().model()).isEmpty();
        assertThat(relay.next().runtime().model()).isEmpty();
    }

    @Test
    void theEnvironmentNamesTheSocketAndASessionThatThePayloadDoesNot() throws Exception {
        String anonymous = CALL.formatted("PreToolUse", "Bash", "").replace("session_id", "x");
        Map<String, String> environment =
                Map.of("AGENTRECEIPTS_SOCKET", socket().toString(), "CLAUDE_CODE_SESSION_ID", "ses-env");

        CommandRun run = CommandRun.within(environment, anonymous, "hook");

        assertThat(run.exitCode()).isZero();
        assertThat(relay.next().sessionId()).isEqualTo("ses-env");
    }

    @Test
    void itNeverVetoesATool() throws IOException {
        relay.close();
        Files.delete(socket());
        String call = CALL.formatted("PreToolUse", "Bash", "");

        assertThat(hook(call).exitCode()).isEqualTo(1);
        assertThat(hook(call).err())
                .contains("no relay takes it at " + socket())
                .contains("cairn up");
        assertThat(hook("{bad").exitCode()).isEqualTo(1);
        assertThat(hook("[]").exitCode()).isEqualTo(1);
        assertThat(hook("{}").err()).contains("the hook's JSON has no tool_name");
        assertThat(hook(CALL.formatted("PreToolUse", "x".repeat(1 << 20), "")).exitCode())
                .isEqualTo(1);
        assertThat(CommandRun.withInput(call, "hook", "--nonsense").exitCode()).isEqualTo(1);
    }

    @Test
    @Timeout(20)
    void aHostThatLeavesItsSideOpenIsNotWaitedFor() throws Exception {
        try (var host = new PipedOutputStream();
                var in = new PipedInputStream(host, 1 << 16)) {
            String call = CALL.formatted("PreToolUse", "Bash", ",\"x\":[\"]}\\\\\\\"}\",{}]");
            host.write((call + "{\"the next").getBytes(UTF_8));

            CommandRun run = CommandRun.reading(in, "hook", "--socket", socket().toString());

            assertThat(run).isEqualTo(new CommandRun(0, "", ""));
            assertThat(relay.next().correlationId()).isEqualTo("toolu_01");
        }
    }

    @ParameterizedTest
    @Timeout(20)
    @ValueSource(strings = {"", "{\"tool_name\":\"}", "{\"tool_name\":\"Bash\",\"tool_input\":{}", "true "})
    void aHostThatNeverSaysAllIsGivenUp(String begun) throws Exception {
        try (var host = new PipedOutputStream();
                var in = new PipedInputStream(host, 1 << 16)) {
            host.write(begun.getBytes(UTF_8));

            CommandRun run = CommandRun.reading(in, "hook", "--socket", socket().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).isEqualTo("""
                    cairn: not recorded: standard input is open and gave no whole JSON object in 2 s
                    """);
        }
    }

    @Test
    @Timeout(20)
    void aHostThatNeverEndsIsGivenUpToo() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return '{';
            }
        };

        CommandRun run = CommandRun.reading(endless, "hook", "--socket", socket().toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("cairn: not recorded: more than 16.8 MB on standard input\n");
    }

    private CommandRun hook(String payload) {
        return CommandRun.withInput(payload, "hook", "--socket", socket().toString());
    }

    private Path socket() {
        return dir.resolve("relay.sock");
    }
}

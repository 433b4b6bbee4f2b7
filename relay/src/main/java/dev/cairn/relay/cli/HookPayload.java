package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.emitter.ToolCall;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.receipt.Decision;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/// What Claude Code gives a hook on standard input, as far as a receipt is made of it (`specs/receipts.md` 9).
final class HookPayload {

    private static final String CHANNEL = "claude-code";
    private static final Set<String> FILE_TOOLS = Set.of("Read", "Write", "Edit", "MultiEdit");
    private static final int RESOURCE_BYTES_MAX = 4096;
    private static final String[] SESSION_VARIABLES = {"CLAUDE_CODE_SESSION_ID", "CLAUDE_SESSION_ID"};
    private static final int ABSENT = -1;

    private final JsonTape tape;

    private HookPayload(JsonTape tape) {
        this.tape = tape;
    }

    /// @throws IllegalArgumentException if it is no JSON object
    static HookPayload read(byte[] json) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(json, 0, json.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw new IllegalArgumentException("expected an object, not too deep");
        }
        return new HookPayload(tape);
    }

    /// The session by the payload, else by the environment; empty where neither says.
    String sessionId(Surroundings surroundings) {
        String id = text(0, "session_id");
        for (String name : SESSION_VARIABLES) {
            String value = id.isEmpty() ? surroundings.variable(name) : null;
            id = value == null ? id : value;
        }
        return id;
    }

    /// @throws IllegalArgumentException if no relay would take it
    ToolCall toolCall() {
        String tool = text(0, "tool_name");
        if (tool.isEmpty()) {
            throw new IllegalArgumentException("the hook's JSON has no tool_name");
        }
        boolean isBefore = text(0, "hook_event_name").equals("PreToolUse");
        ToolCall.Builder call = ToolCall.of(CHANNEL, tool, isBefore ? Decision.PENDING : Decision.ALLOWED)
                .correlationId(text(0, "tool_use_id"))
                .agent(text(0, "agent_id"), text(0, "agent_type"))
                .error(text(0, "error"));
        int input = tape.member(0, "tool_input");
        if (input != ABSENT) {
            call.input(json(input));
            addTarget(call, tool, input);
        }
        int output = tape.member(0, "tool_response");
        if (output != ABSENT) {
            call.output(json(output));
        }
        addModel(call);
        return call.build();
    }

    private void addTarget(ToolCall.Builder call, String tool, int input) {
        if (FILE_TOOLS.contains(tool) && tape.is(input, JsonKind.OBJECT)) {
            String path = text(input, "file_path");
            if (!path.isEmpty() && path.getBytes(UTF_8).length <= RESOURCE_BYTES_MAX) {
                call.target("filesystem", path);
            }
        }
    }

    private void addModel(ToolCall.Builder call) {
        String transcript = text(0, "transcript_path");
        String toolUseId = text(0, "tool_use_id");
        if (!transcript.isEmpty() && !toolUseId.isEmpty()) {
            try {
                TranscriptMessage message = TranscriptMessage.find(Path.of(transcript), toolUseId);
                if (message != null) {
                    call.model(message.model(), "transcript").usage(message.usage());
                }
            } catch (InvalidPathException _) {
                // No transcript there: the call is recorded without what it would tell.
            }
        }
    }

    private String text(int object, String member) {
        int node = tape.member(object, member);
        return node != ABSENT && tape.is(node, JsonKind.STRING) ? tape.text(node) : "";
    }

    private String json(int node) {
        return new String(tape.source(), tape.start(node), tape.end(node) - tape.start(node), UTF_8);
    }
}

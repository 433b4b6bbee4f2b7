package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.json.JsonTape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSchemaTest {

    private static final String AGENTS = "'claude-code' | 'codex' | 'cursor' | 'copilot' | 'custom'";
    private static final String TARGETS = "'file' | 'command' | 'url' | 'mcp_tool' | 'prompt'";
    private static final String LEVELS = "'none' | 'low' | 'medium' | 'high' | 'critical'";

    private final EventSchema schema = new EventSchema();

    @ParameterizedTest
    @MethodSource
    void agreesWithTheVectors(VectorFile vector) {
        assertThat(check(vector.text("input_json")).isEmpty())
                .isEqualTo(vector.at("schema_valid").flag());
    }

    static List<VectorFile> agreesWithTheVectors() {
        return VectorFile.audit("chain.json").at("event_hash_vectors").items();
    }

    @ParameterizedTest
    @MethodSource
    void refusesReservedMembersAsTheVectorsSay(VectorFile vector) {
        String issues = check(vector.at("payload").json());

        VectorFile response = vector.at("response");
        assertThat(issues.isEmpty()).isEqualTo(response.at("ok").flag());
        if (response.has("error")) {
            assertThat("Schema validation failed: " + issues).isEqualTo(response.text("error"));
        }
    }

    static List<VectorFile> refusesReservedMembersAsTheVectorsSay() {
        return VectorFile.audit("cairn.json").at("reserved_members").items();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "schema_version; 1",
                "schema_version; 1.0",
                "schema_version; 10e-1",
                "id; \"\"",
                "session_id; \"\"",
                "idempotency_key; \"\"",
                "agent; \"claude-code\"",
                "agent; \"codex\"",
                "agent; \"\\u0063odex\"",
                "agent_version; \"1\"",
                "status; \"pending\"",
                "duration_ms; -1.5",
                "duration_ms; 1e400",
                "target; {\"type\":\"mcp_tool\",\"path\":\"\",\"x\":null}",
                "target; {\"type\":\"file\",\"abs_path\":\"\",\"command\":\"\",\"url\":\"\",\"tool_name\":\"\"}",
                "project; {\"root\":\"\",\"name\":\"\",\"git_ref\":\"\"}",
                "risk; {\"level\":\"critical\",\"flags\":[],\"policy_match\":\"\"}",
                "risk; {\"flags\":[\"a\",\"\"],\"level\":\"low\"}",
                "risk; {\"level\":\"x\",\"level\":\"low\"}",
                "content; {\"hash\":\"\",\"summary\":\"\",\"before_hash\":\"\",\"size_bytes\":0,\"redacted\":false}",
                "content; {\"hash\":\"\",\"redacted\":true}",
                "provenance; {\"hook_event\":\"\",\"tool_name\":\"\",\"raw_input\":{},\"raw_output\":{\"a\":[]}}",
                "prev_hash; null",
                "prev_hash; \"\"",
                "event_hash; \"\"",
                "hash; {}",
                "type; \"Heartbeat\"",
                "type; null",
                "unknown; null",
                "__proto__; {}",
                "relay; 1"
            })
    void acceptsValidValues(String member, String value) {
        assertThat(check(event(member, value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "schema_version; 2; schema_version: Invalid literal value, expected 1",
                "schema_version; \"1\"; schema_version: Invalid literal value, expected 1",
                "schema_version; null; schema_version: Invalid literal value, expected 1",
                "id; 5; id: Expected string, received number",
                "id; null; id: Expected string, received null",
                "session_id; []; session_id: Expected string, received array",
                "timestamp; true; timestamp: Expected string, received boolean",
                "timestamp; \"now\"; timestamp: Invalid datetime",
                "idempotency_key; {}; idempotency_key: Expected string, received object",
                "idempotency_key; null; idempotency_key: Expected string, received null",
                "agent; \"Codex\"; agent: Invalid enum value. Expected " + AGENTS + ", received 'Codex'",
                "agent; \"cod\"; agent: Invalid enum value. Expected " + AGENTS + ", received 'cod'",
                "agent; 1; agent: Expected " + AGENTS + ", received number",
                "agent; null; agent: Expected " + AGENTS + ", received null",
                "agent_version; 1; agent_version: Expected string, received number",
                "status; \"done\"; status: Invalid enum value. Expected 'pending' | 'completed' | 'denied' | 'failed', received 'done'",
                "duration_ms; \"1\"; duration_ms: Expected number, received string",
                "target; []; target: Expected object, received array",
                "target; null; target: Expected object, received null",
                "target; {}; target.type: Required",
                "target; {\"type\":\"dir\"}; target.type: Invalid enum value. Expected " + TARGETS + ", received 'dir'",
                "target; {\"type\":\"file\",\"path\":1,\"url\":null}; target.path: Expected string, received number, target.url: Expected string, received null",
                "project; {\"root\":1}; project.root: Expected string, received number, project.name: Required",
                "project; {\"name\":\"\",\"root\":\"\",\"git_ref\":null}; project.git_ref: Expected string, received null",
                "risk; {}; risk.level: Required",
                "risk; {\"level\":\"low\",\"flags\":null}; risk.flags: Expected array, received null",
                "risk; {\"level\":\"low\",\"flags\":[\"a\",1,[\"b\"]]}; risk.flags.1: Expected string, received number, risk.flags.2: Expected string, received array",
                "risk; {\"level\":\"LOW\",\"policy_match\":1}; risk.level: Invalid enum value. Expected " + LEVELS
                        + ", received 'LOW', risk.policy_match: Expected string, received number",
                "content; {\"size_bytes\":\"1\",\"redacted\":\"true\"}; content.hash: Required, content.size_bytes: Expected number, received string, content.redacted: Expected boolean, received string",
                "provenance; {\"tool_name\":1}; provenance.hook_event: Required, provenance.tool_name: Expected string, received number",
                "provenance; {\"hook_event\":\"\",\"raw_input\":[],\"raw_output\":\"\"}; provenance.raw_input: Expected object, received array, provenance.raw_output: Expected object, received string",
                "prev_hash; 1; prev_hash: Expected string, received number",
                "event_hash; null; event_hash: Expected string, received null",
                "_relay; 1; _relay: Reserved member",
                "\\u005frelay_hash; 1; _relay_hash: Reserved member",
                "type; \"he\\u0061rtbeat\"; type: Reserved value"
            })
    void namesWhatIsWrong(String member, String value, String issues) {
        assertThat(check(event(member, value))).isEqualTo(issues);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file_read",
                "file_write",
                "file_create",
                "file_delete",
                "file_edit",
                "file_glob",
                "file_grep",
                "command_execute",
                "command_approve",
                "command_deny",
                "web_fetch",
                "web_search",
                "api_call",
                "session_start",
                "session_end",
                "prompt_submit",
                "response_complete",
                "subagent_start",
                "subagent_stop",
                "task_delegate",
                "mcp_tool_call",
                "mcp_tool_result"
            })
    void knowsEveryActionAndNothingLikeIt(String action) {
        assertThat(check(event("action", '"' + action + '"'))).isEmpty();
        assertThat(check(event("action", '"' + action + "s\""))).startsWith("action: Invalid enum value.");
        assertThat(check(event("action", '"' + action.substring(1) + '"'))).startsWith("action: Invalid enum value.");
        int middle = action.length() / 2;
        String otherwise = action.substring(0, middle) + 'X' + action.substring(middle + 1);
        assertThat(check(event("action", '"' + otherwise + '"'))).startsWith("action: Invalid enum value.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T00:00Z", "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.9Z",
                        "2024-02-29T12:00:00.123456789012345Z",
                "2000-02-29T00:00Z", "0000-02-29T00:00Z", "9999-04-30T00:00Z", "2026\\u002d01-01T00:00Z"
            })
    void acceptsTimesThatExist(String time) {
        assertThat(check(event("timestamp", '"' + time + '"'))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-01-01",
                "2026-01-01T00:00",
                "2026-01-01T00:00:00",
                "2026-01-01T00Z",
                "2026-01-01 00:00Z",
                "2026-01-01t00:00Z",
                "2026-01-01T00:00z",
                "2026-01-01T00:00:00+00:00",
                "2026-01-01T00:00:0Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00.5Z",
                "2026-01-01T00:00:00,5Z",
                "2026-01-01T24:00Z",
                "2026-01-01T00:60Z",
                "2026-01-01T00:00:60Z",
                "2026-00-01T00:00Z",
                "2026-13-01T00:00Z",
                "2026-01-00T00:00Z",
                "2026-01-32T00:00Z",
                "2026-04-31T00:00Z",
                "2026-02-29T00:00Z",
                "1900-02-29T00:00Z",
                "2026-1-1T00:00Z",
                "+2026-01-01T00:00Z",
                "12026-01-01T00:00Z",
                "2026-01-01T00:00:00.1aZ",
                "2026-01-01T00:00:00ZZ",
                " 2026-01-01T00:00Z",
                "2026-01-01T00:00Zé",
                "٢٠٢٦-01-01T00:00Z"
            })
    void refusesTimesThatDoNot(String time) {
        assertThat(check(event("timestamp", '"' + time + '"'))).isEqualTo("timestamp: Invalid datetime");
    }

    @ParameterizedTest
    @CsvSource({"[],array", "5,number", "true,boolean", "'\"x\"',string"})
    void refusesAPayloadThatIsNoObject(String payload, String type) {
        assertThat(check(payload)).isEqualTo(": Expected object, received " + type);
    }

    @Test
    void listsIssuesInSchemaOrderAndReservedMembersLast() {
        assertThat(
                        check(
                                "{\"_relay\":1,\"risk\":{\"flags\":[]},\"agent\":\"custom\",\"status\":1,\"schema_version\":3}"))
                .isEqualTo(
                        "schema_version: Invalid literal value, expected 1, id: Required, session_id: Required, timestamp: Required, "
                                + "action: Required, status: Expected 'pending' | 'completed' | 'denied' | 'failed', received number, "
                                + "risk.level: Required, _relay: Reserved member");
    }

    @Test
    void countsTheLastOfDuplicateMembers() {
        assertThat(check(event("id", "1,\"id\":\"ok\""))).isEmpty();
        assertThat(check(event("id", "\"ok\",\"id\":1"))).isEqualTo("id: Expected string, received number");
    }

    @Test
    void keepsAnAnswerShort() {
        String manyFlags = "{\"level\":\"low\",\"flags\":[" + "1,".repeat(100_000) + "1]}";
        String longAgent = '"' + "x".repeat(100_000) + '"';

        assertThat(check(event("risk", manyFlags)))
                .hasSizeLessThan(1500)
                .startsWith("risk.flags.0: ")
                .endsWith(", …");
        assertThat(check(event("agent", longAgent)))
                .hasSizeLessThan(400)
                .contains("received '" + "x".repeat(200) + "…'");
        assertThat(check(event("id", "\"fine again\""))).isEmpty();
    }

    private String check(String payload) {
        byte[] text = payload.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        return schema.check(tape, 0);
    }

    private static String event(String member, String value) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("id", "\"e\"");
        members.put("session_id", "\"s\"");
        members.put("timestamp", "\"2026-01-01T00:00Z\"");
        members.put("agent", "\"custom\"");
        members.put("action", "\"file_read\"");
        members.put("risk", "{\"level\":\"none\"}");
        members.put(member, value);
        return members.entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}

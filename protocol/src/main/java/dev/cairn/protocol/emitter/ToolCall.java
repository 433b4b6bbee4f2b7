package dev.cairn.protocol.emitter;

import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.receipt.Decision;
import dev.cairn.protocol.receipt.FrameReader;
import java.nio.charset.StandardCharsets;

/// One tool call as a host tells it to a relay (`specs/receipts.md` 1.4). What exists is what every relay takes:
/// it went through the checks of one when it was built.
///
/// ```java
/// ToolCall call = ToolCall.of("mcp", "list_repos", Decision.ALLOWED)
///         .server("github")
///         .input("{\"owner\":\"acme\"}")
///         .correlationId("toolu_01")
///         .build();
/// ```
public final class ToolCall {

    private final String members;

    private ToolCall(String members) {
        this.members = members;
    }

    /// @param channel free text; seen are `mcp`, `claude-code`, `sdk`
    /// @param tool its name
    public static Builder of(String channel, String tool, Decision decision) {
        return new Builder(channel, tool, decision);
    }

    /// Its frame.
    ///
    /// @param emittedAt RFC 3339
    /// @param drops how many calls were lost before this one
    byte[] frame(String emittedAt, String sessionId, long drops) {
        String frame = "{\"v\":\"1\",\"ts_emit\":\"" + emittedAt + "\",\"session_id\":" + JsonString.quote(sessionId)
                + members + (drops == 0 ? "}" : ",\"drop_count\":" + drops + '}');
        return frame.getBytes(StandardCharsets.UTF_8);
    }

    /// Characters it takes while it waits.
    int length() {
        return members.length();
    }

    /// Collects what is known of a call. Empty texts are left out; of what is set twice the last counts.
    public static final class Builder {

        private final StringBuilder members = new StringBuilder();
        private final String tool;
        private String server = "";

        private Builder(String channel, String tool, Decision decision) {
            this.tool = tool;
            text("channel", channel);
            text("decision", decision.text());
        }

        /// The server that offers the tool.
        public Builder server(String name) {
            server = name;
            return this;
        }

        /// What the tool was called with.
        ///
        /// @param json any JSON value; it is sent as it is
        /// @throws IllegalArgumentException if it is no JSON
        public Builder input(String json) {
            return json("input", json);
        }

        /// What it answered, likewise.
        public Builder output(String json) {
            return json("output", json);
        }

        public Builder error(String text) {
            return text("error", text);
        }

        /// What was done, by the dialect's taxonomy: decides the risk.
        public Builder actionType(String type) {
            return text("action_type", type);
        }

        /// What was acted upon.
        public Builder target(String system, String resource) {
            return text("target_system", system).text("target_resource", resource);
        }

        public Builder correlationId(String id) {
            return text("correlation_id", id);
        }

        public Builder idempotencyKey(String key) {
            return text("idempotency_key", key);
        }

        /// Which software emits, and with which model.
        public Builder issuer(String name, String model) {
            return text("issuer_name", name).text("issuer_model", model);
        }

        public Builder operator(String id, String name) {
            return text("operator_id", id).text("operator_name", name);
        }

        /// The sub-agent that called, into whose own chain the receipt goes.
        public Builder agent(String id, String type) {
            return text("agent_id", id).text("agent_type", type);
        }

        /// Which model decided to call, and how that is known.
        public Builder model(String model, String captureMethod) {
            return text("model", model).text("capture_method", captureMethod);
        }

        /// Tokens and the like.
        ///
        /// @param json any JSON value
        /// @throws IllegalArgumentException if it is no JSON
        public Builder usage(String json) {
            return json("usage", json);
        }

        /// The beginning of what the user asked for.
        public Builder promptPreview(String text) {
            return text("prompt_preview", text);
        }

        /// The call, if a relay would take it.
        ///
        /// @throws IllegalArgumentException that says which check it fails
        public ToolCall build() {
            String named = members + ",\"tool\":{\"name\":" + JsonString.quote(tool)
                    + (server.isEmpty() ? "" : ",\"server\":" + JsonString.quote(server)) + '}';
            ToolCall call = new ToolCall(named);
            byte[] frame = call.frame("1970-01-01T00:00:00Z", "-", 0);
            String problem = new FrameReader().problem(frame, 0, frame.length);
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
            return call;
        }

        private Builder text(String name, String text) {
            return text.isEmpty() ? this : raw(name, JsonString.quote(text));
        }

        /// Checked by itself: inside the frame, what is more than one value could become other members.
        private Builder json(String name, String json) {
            byte[] text = json.getBytes(StandardCharsets.UTF_8);
            try {
                new JsonTape().parse(text, 0, text.length);
            } catch (JsonSyntaxException e) {
                throw new IllegalArgumentException(name + " is not JSON: " + e.getMessage(), e);
            }
            return raw(name, json);
        }

        private Builder raw(String name, String json) {
            members.append(",\"").append(name).append("\":").append(json);
            return this;
        }
    }
}

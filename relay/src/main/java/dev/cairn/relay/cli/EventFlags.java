package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.EventWords;
import dev.cairn.protocol.json.JsonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// One event, told by flags.
final class EventFlags {

    private @Nullable String action;
    private @Nullable String target;
    private String agent = "custom";
    private @Nullable String session;
    private @Nullable String status;
    private String risk = "none";

    Shape addTo(Shape shape) {
        return shape.oneOf(
                        value -> action = value,
                        EventWords.ACTIONS,
                        "ACTION",
                        "What was done: file_read, command_execute, …",
                        "--action")
                .text(
                        value -> target = value,
                        "TARGET",
                        "What it was done to: a path, a command, a URL, a tool or a prompt.",
                        "--target")
                .oneOf(
                        value -> agent = value,
                        EventWords.AGENTS,
                        "AGENT",
                        "Who did it: " + String.join(", ", EventWords.AGENTS) + " (default: custom).",
                        "--agent")
                .text(
                        value -> session = value,
                        "SESSION",
                        "The agent's session (default: one for this user).",
                        "--session")
                .oneOf(
                        value -> status = value,
                        EventWords.STATUSES,
                        "STATUS",
                        "pending, completed, denied or failed.",
                        "--status")
                .oneOf(
                        value -> risk = value,
                        EventWords.RISKS,
                        "LEVEL",
                        "none, low, medium, high or critical (default: none).",
                        "--risk");
    }

    /// Whether an event is told.
    boolean isGiven() {
        if (action == null && (target != null || session != null || status != null)) {
            throw CommandFailedException.usage("--action is missing: what was done?");
        }
        return action != null;
    }

    String toJson(String id, Instant now) {
        String done = action == null ? "" : action;
        JsonText json = JsonText.object()
                .put("id", id)
                .put("session_id", session == null ? "cli-" + System.getProperty("user.name") : session)
                .put("timestamp", now.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("agent", agent)
                .put("action", done);
        if (status != null) {
            json.put("status", status);
        }
        if (target != null) {
            json.put("target", target(done, target));
        }
        return json.put("risk", JsonText.object().put("level", risk)).toString();
    }

    /// The kind of thing that an action is about follows from its name.
    private static JsonText target(String action, String target) {
        String kind = action.substring(0, Math.max(0, action.indexOf('_')));
        return switch (kind) {
            case "command" -> JsonText.object().put("type", "command").put("command", target);
            case "web", "api" -> JsonText.object().put("type", "url").put("url", target);
            case "mcp" -> JsonText.object().put("type", "mcp_tool").put("tool_name", target);
            case "prompt", "response", "session", "subagent", "task" ->
                JsonText.object().put("type", "prompt").put("path", target);
            default -> JsonText.object().put("type", "file").put("path", target);
        };
    }
}

package dev.cairn.protocol.audit;

import java.util.List;

/// The words that an event's enumerated members may have (`specs/audit-relay.md` 2.1).
public final class EventWords {

    public static final List<String> AGENTS = List.of("claude-code", "codex", "cursor", "copilot", "custom");

    public static final List<String> STATUSES = List.of("pending", "completed", "denied", "failed");

    /// What an event's target is.
    public static final List<String> TARGETS = List.of("file", "command", "url", "mcp_tool", "prompt");

    /// From nothing to the most.
    public static final List<String> RISKS = List.of("none", "low", "medium", "high", "critical");

    public static final List<String> ACTIONS = List.of(
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
            "mcp_tool_result");

    private EventWords() {}
}

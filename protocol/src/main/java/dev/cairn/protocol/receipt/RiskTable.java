package dev.cairn.protocol.receipt;

import java.util.HashMap;
import java.util.Map;

/// The risk of an action by its exact type (`specs/receipts.md` 3.6); what is not in the table is medium.
public final class RiskTable {

    private static final RiskTable STANDARD = standardTable();

    private final Map<String, RiskLevel> levels;

    private RiskTable(Map<String, RiskLevel> levels) {
        this.levels = levels;
    }

    public static RiskTable standard() {
        return STANDARD;
    }

    public RiskLevel of(String actionType) {
        return levels.getOrDefault(actionType, RiskLevel.MEDIUM);
    }

    /// Medium types are not listed: they are what everything else is.
    private static RiskTable standardTable() {
        Map<String, RiskLevel> levels = new HashMap<>();
        put(
                levels,
                RiskLevel.LOW,
                "filesystem.file.create",
                "filesystem.file.read",
                "filesystem.directory.create",
                "filesystem.directory.list",
                "system.application.launch",
                "system.browser.navigate",
                "data.api.read",
                "doctor.agent-receipts-doctor.roundtrip",
                "agent_receipts.events_dropped",
                "agent_receipts.chain_interrupted");
        put(
                levels,
                RiskLevel.HIGH,
                "filesystem.file.delete",
                "filesystem.directory.delete",
                "system.settings.modify",
                "system.command.execute",
                "system.code.execute",
                "system.pty.close",
                "system.browser.authenticate",
                "data.api.delete",
                "agent.key.rotate");
        put(levels, RiskLevel.CRITICAL, "system.pty.open");
        return new RiskTable(Map.copyOf(levels));
    }

    private static void put(Map<String, RiskLevel> levels, RiskLevel level, String... actionTypes) {
        for (String actionType : actionTypes) {
            levels.put(actionType, level);
        }
    }
}

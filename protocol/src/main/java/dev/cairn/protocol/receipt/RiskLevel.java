package dev.cairn.protocol.receipt;

/// How much harm an action can do (`specs/receipts.md` 3.6), from least to most.
public enum RiskLevel {
    LOW("low"),
    MEDIUM("medium"),
    HIGH("high"),
    CRITICAL("critical");

    private final String text;

    RiskLevel(String text) {
        this.text = text;
    }

    /// Its name in a receipt.
    public String text() {
        return text;
    }
}

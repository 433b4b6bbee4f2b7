package dev.cairn.protocol.receipt;

/// What a receipt says that has a column of its own in the store (`specs/receipts.md` 5), its place apart.
///
/// @param toolName empty on rotation receipts
/// @param timestamp of the issuance, the action and the proof
public record ReceiptColumns(
        String id,
        String actionType,
        String toolName,
        RiskLevel riskLevel,
        ReceiptStatus status,
        String timestamp,
        String issuerId,
        String principalId) {

    /// Characters of all texts.
    int length() {
        return id.length()
                + actionType.length()
                + toolName.length()
                + timestamp.length()
                + issuerId.length()
                + principalId.length();
    }
}

package dev.cairn.protocol.receipt;

/// How an action ended (`specs/receipts.md` 3.5).
public enum ReceiptStatus {
    SUCCESS("success"),
    FAILURE("failure"),
    PENDING("pending");

    private final String text;

    ReceiptStatus(String text) {
        this.text = text;
    }

    /// Its name in a receipt.
    public String text() {
        return text;
    }
}

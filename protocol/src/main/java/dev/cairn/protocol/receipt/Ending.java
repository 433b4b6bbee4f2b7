package dev.cairn.protocol.receipt;

/// Whether a receipt ends its chain (`chain.terminal` and `chain.status`, `specs/receipts.md` 3.3).
enum Ending {
    NONE,
    INTERRUPTED
}

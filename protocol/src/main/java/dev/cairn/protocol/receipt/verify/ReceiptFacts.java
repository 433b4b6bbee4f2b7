package dev.cairn.protocol.receipt.verify;

import org.jspecify.annotations.Nullable;

/// What a receipt says and its store repeats in columns (`specs/receipts.md` 5). Text that is absent is empty.
public record ReceiptFacts(
        String id,
        String actionType,
        String toolName,
        String riskLevel,
        String status,
        String timestamp,
        String issuerId,
        String principalId,
        @Nullable String idempotencyKey) {}

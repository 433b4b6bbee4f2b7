package dev.cairn.relay.receipts.read;

import org.jspecify.annotations.Nullable;

/// What a row's columns say of its receipt (`specs/receipts.md` 5). Nobody signed them: they serve to find rows.
public record StoredColumns(
        @Nullable String id,
        @Nullable String actionType,
        @Nullable String toolName,
        @Nullable String riskLevel,
        @Nullable String status,
        @Nullable String timestamp,
        @Nullable String issuerId,
        @Nullable String principalId,
        @Nullable String receiptHash,
        @Nullable String previousHash) {}

package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptFacts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One row of a store: the receipt's text, and what the columns say of it. What is null or longer than a
/// reader takes is null here.
public final class StoredRow {

    private final long rowid;
    private final String chainId;
    private final long sequence;
    private final byte @Nullable [] text;
    private final long textBytes;
    private final StoredColumns columns;

    StoredRow(
            long rowid, String chainId, long sequence, byte @Nullable [] text, long textBytes, StoredColumns columns) {
        this.rowid = rowid;
        this.chainId = chainId;
        this.sequence = sequence;
        this.text = text;
        this.textBytes = textBytes;
        this.columns = columns;
    }

    long rowid() {
        return rowid;
    }

    public String chainId() {
        return chainId;
    }

    public long sequence() {
        return sequence;
    }

    public StoredColumns columns() {
        return columns;
    }

    /// The receipt as it is stored; null if there is none, or one too long to be a receipt.
    public byte @Nullable [] text() {
        return text == null ? null : text.clone();
    }

    /// The same, not to be changed.
    byte @Nullable [] sharedText() {
        return text;
    }

    /// What the receipt's text takes in the store, also if it was not read; 0 if there is none.
    long textBytes() {
        return textBytes;
    }

    /// The first column that says something else than the receipt; null if none does. Columns that older
    /// writers left empty are no contradiction.
    @Nullable
    String contradiction(ReadReceipt receipt) {
        ReceiptFacts facts = receipt.facts();
        if (sequence != receipt.link().sequence()) {
            return differs(
                    "sequence",
                    String.valueOf(sequence),
                    String.valueOf(receipt.link().sequence()));
        }
        String found = first(null, "id", columns.id(), facts.id());
        found = first(found, "receipt_hash", columns.receiptHash(), receipt.hash());
        found = first(
                found,
                "previous_receipt_hash",
                columns.previousHash(),
                receipt.link().previousHash());
        found = first(found, "action_type", columns.actionType(), facts.actionType());
        found = first(found, "risk_level", columns.riskLevel(), facts.riskLevel());
        found = first(found, "status", columns.status(), facts.status());
        found = first(found, "timestamp", columns.timestamp(), facts.timestamp());
        found = first(found, "issuer_id", columns.issuerId(), facts.issuerId());
        if (columns.principalId() != null) {
            found = first(found, "principal_id", columns.principalId(), facts.principalId());
        }
        String tool = columns.toolName();
        return tool == null || tool.isEmpty() ? found : first(found, "tool_name", tool, facts.toolName());
    }

    private static @Nullable String first(
            @Nullable String found, String name, @Nullable String column, @Nullable String said) {
        return found != null || Objects.equals(column, said) ? found : differs(name, column, said);
    }

    private static String differs(String name, @Nullable String column, @Nullable String said) {
        return "the column " + name + " says " + quoted(column) + ", the receipt " + quoted(said);
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "nothing" : '"' + text + '"';
    }
}

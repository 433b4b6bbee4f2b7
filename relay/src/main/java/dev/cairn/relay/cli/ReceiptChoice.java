package dev.cairn.relay.cli;

import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoredChain;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which one receipt of a database a command is about (`specs/receipts.md` 8.4): a sequence, and a chain unless
/// there is only one.
final class ReceiptChoice {

    private static final int CHAINS_NAMED = 20;
    private static final int TEXT_MAX = 500;

    private @Nullable String sequence;
    private @Nullable String chain;

    /// Adds the sequence and `--chain-id`.
    Shape addTo(Shape shape) {
        return shape.word(value -> sequence = value, "SEQ", "Its sequence in its chain.")
                .text(
                        value -> chain = value,
                        "ID",
                        "Its chain (default: AGENTRECEIPTS_CHAIN_ID, else the only one that there is).",
                        "--chain-id");
    }

    /// The sequence, which is checked before a database is opened.
    ///
    /// @throws CommandFailedException if it is none
    long sequence(ReceiptsOptions receipts, Surroundings surroundings) {
        if (sequence == null) {
            throw CommandFailedException.usage(
                    "the sequence of a receipt in its chain is missing, for instance 1", list(receipts, surroundings));
        }
        try {
            return Long.parseLong(sequence);
        } catch (NumberFormatException _) {
            throw CommandFailedException.usage(
                    "expected the sequence of a receipt, a whole number, got " + Human.visible(sequence, 80),
                    list(receipts, surroundings));
        }
    }

    private static String list(ReceiptsOptions receipts, Surroundings surroundings) {
        return "See which there are: " + receipts.command(surroundings, "receipts list");
    }

    /// The row of the receipt, which has a text.
    ///
    /// @param receipts where the database is
    /// @throws CommandFailedException if there is none, or more than one that could be meant
    StoredRow find(ReceiptDatabase database, ReceiptsOptions receipts, Surroundings surroundings)
            throws UnreadableDatabaseException {
        StoredChain where = chain(database, receipts, surroundings);
        long wanted = sequence(receipts, surroundings);
        StoredRow row = database.find(where, wanted);
        if (row == null && database.page(where, null, 1, 1).isEmpty()) {
            String instead = chains(database);
            throw CommandFailedException.failed(
                    "there is no chain " + Human.visible(where.text(), TEXT_MAX),
                    instead.isEmpty() ? "" : "The chains that there are:\n" + instead);
        }
        if (row == null || row.text() == null) {
            throw CommandFailedException.failed(
                    "there is no receipt " + wanted + " in the chain " + Human.visible(where.text(), TEXT_MAX));
        }
        return row;
    }

    private StoredChain chain(ReceiptDatabase database, ReceiptsOptions receipts, Surroundings surroundings)
            throws UnreadableDatabaseException {
        String named = chain == null ? receipts.chainId(surroundings) : chain;
        if (named != null) {
            return StoredChain.of(named);
        }
        StoredChain first = database.chainAfter(null);
        if (first == null) {
            throw CommandFailedException.failed("there are no receipts in " + receipts.db(surroundings));
        }
        if (database.chainAfter(first) != null) {
            throw CommandFailedException.usage("there is more than one chain: add --chain-id", chains(database));
        }
        return first;
    }

    /// The chains that there are, or the first of them, each on a line; empty for none.
    static String chains(ReceiptDatabase database) throws UnreadableDatabaseException {
        List<String> ids = new ArrayList<>();
        StoredChain next = database.chainAfter(null);
        while (next != null && ids.size() < CHAINS_NAMED) {
            ids.add("  " + Human.visible(next.text(), TEXT_MAX));
            next = database.chainAfter(next);
        }
        return String.join("\n", ids) + (next == null ? "" : "\n  and more");
    }
}

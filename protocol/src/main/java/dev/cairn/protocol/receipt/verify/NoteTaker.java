package dev.cairn.protocol.receipt.verify;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects the [ChainNotes] of one chain in bounded memory.
final class NoteTaker {

    /// More idempotency keys than this are not remembered: the note is advice, a verifier's memory is not.
    private static final int KEYS_MAX = 4096;

    private static final int KEY_LENGTH_MAX = 256;

    private final Set<String> keys = new HashSet<>();
    private long unmodelled;
    private @Nullable String firstUnmodelled;
    private long repeatedKeys;
    private boolean endsPending;
    private long opened;
    private long closed;

    void take(long index, ReadReceipt receipt) {
        if (receipt.unmodelled() != null) {
            firstUnmodelled = unmodelled++ == 0 ? "[" + index + "] " + receipt.unmodelled() : firstUnmodelled;
        }
        ReceiptFacts facts = receipt.facts();
        String key = facts.idempotencyKey();
        if (key != null && keys.contains(key)) {
            repeatedKeys++;
        } else if (key != null && keys.size() < KEYS_MAX && key.length() <= KEY_LENGTH_MAX) {
            keys.add(key);
        }
        endsPending = !receipt.link().isTerminal() && facts.status().equals("pending");
        opened += facts.actionType().equals("system.pty.open") ? 1 : 0;
        closed += facts.actionType().equals("system.pty.close") ? 1 : 0;
    }

    ChainNotes notes() {
        return new ChainNotes(unmodelled, firstUnmodelled, repeatedKeys, endsPending, opened, closed);
    }
}

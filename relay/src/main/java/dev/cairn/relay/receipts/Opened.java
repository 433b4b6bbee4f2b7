package dev.cairn.relay.receipts;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.protocol.receipt.verify.RecordedRotation;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.receipts.key.KeyHistory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The store as it is found before anything is appended: its chains, and what it knows of keys.
///
/// @param store for the thread that writes
/// @param tails for the thread that links
record Opened(Path db, ReceiptStore store, Tails tails) {

    /// Opens the store. Blocking.
    ///
    /// @throws ReceiptsRefusedException if the files must not be used as they are
    static Opened open(StoreFiles files) {
        ReceiptStore store = ReceiptStore.open(files);
        try {
            return new Opened(files.db(), store, Tails.open(files.db()));
        } catch (SQLException e) {
            close(store);
            throw files.unusable(e);
        }
    }

    /// What the store knows of keys.
    KeyHistory keyHistory() {
        try {
            return tails.isEmpty() ? new KeyHistory.None() : new KeyHistory.Of(installedKey());
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /// The key that the newest rotation installed. An emitter may call an action by that name, too, but its
    /// receipts rotate nothing.
    private @Nullable Ed25519PublicKey installedKey() throws SQLException {
        ReceiptReader reader = new ReceiptReader();
        Tail newest = tails.newestRotation(candidate -> rotation(reader, candidate) != null);
        RecordedRotation rotation = newest == null ? null : rotation(reader, newest);
        try {
            return rotation == null ? null : rotation.newKey();
        } catch (IllegalArgumentException e) {
            throw new ReceiptsRefusedException(
                    db, "its newest rotation installs no key: " + e.getMessage(), "Find out who wrote it.", e);
        }
    }

    private static @Nullable RecordedRotation rotation(ReceiptReader reader, Tail tail) {
        return reader.read(tail.bytes()) instanceof ReadReceipt receipt ? receipt.rotation() : null;
    }

    /// The chains: those of the first root chain that has not ended, nor has any of its sub-agents' chains.
    /// The end of each is verified before something is appended to it, of the root chain at once.
    Chains chains(Receipts.Identity identity, TailCheck check, Instant start) {
        String rootId = identity.chainId().orElse(ChainIds.ofDay(start));
        try {
            ChainTip tip = check.tip(rootId);
            while ((tip != null && tip.isTerminal()) || hasEndedAgents(rootId, check)) {
                rootId = ChainIds.next(rootId);
                tip = check.tip(rootId);
            }
            return new Chains(rootId, tip, identity.issuerId(), check);
        } catch (UnusableChainException e) {
            throw new ReceiptsRefusedException(
                    db,
                    e.getMessage() + ". Nothing is appended behind it.",
                    "Find out who changed it (cairn receipts verify), or begin another chain: receipts.chain_id.",
                    e);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private boolean hasEndedAgents(String rootId, TailCheck check) throws SQLException {
        for (String id : tails.interrupted(ChainIds.agentPrefix(rootId))) {
            ChainTip tip = check.tip(id);
            if (tip != null && tip.isTerminal()) {
                return true;
            }
        }
        return false;
    }

    StoreCounts counts(Chains chains) throws SQLException {
        return new StoreCounts(chains.rootId(), chains.rootSequence(), chains.rootHash(), tails.count());
    }

    /// The ids of all chains of a root's sub-agents.
    List<String> agentChains(String rootId) throws SQLException {
        return tails.chains(ChainIds.agentPrefix(rootId));
    }

    void close() {
        close(tails);
        close(store);
    }

    private ReceiptsRefusedException unreadable(SQLException cause) {
        return new ReceiptsRefusedException(
                db, "cannot be read: " + cause.getMessage(), "Check the file and the disk.", cause);
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException("the receipts store cannot be closed", e);
        }
    }
}

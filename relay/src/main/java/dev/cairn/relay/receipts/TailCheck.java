package dev.cairn.relay.receipts;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.protocol.receipt.verify.RecordedRotation;
import dev.cairn.protocol.receipt.verify.UnreadableReceipt;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Verifies the newest receipt of a chain before anything is appended to it: its hash, its place and its
/// signature (`specs/receipts.md` 3.8).
///
/// A receipt that records a rotation was signed with the key before; it must hand over to the present one.
final class TailCheck implements Chains.Source {

    private static final String NOT_SIGNED = "was not signed with this relay's key";

    private final Tails tails;
    private final Supplier<Ed25519PublicKey> key;
    private final List<Ed25519PublicKey> archived;
    private final ReceiptReader reader = new ReceiptReader();

    /// @param key that signs now
    /// @param archived that signed before
    TailCheck(Tails tails, Supplier<Ed25519PublicKey> key, List<Ed25519PublicKey> archived) {
        this.tails = tails;
        this.key = key;
        this.archived = new ArrayList<>(archived);
    }

    /// This key signs no more.
    void retired(Ed25519PublicKey old) {
        archived.add(old);
    }

    @Override
    public @Nullable ChainTip tip(String chainId) {
        try {
            Tail tail = tails.of(chainId);
            return tail == null ? null : verify(tail);
        } catch (SQLException e) {
            throw new UnusableChainException(chainId, e);
        }
    }

    /// What is wrong with a receipt that is to be sealed; `null` if nothing is. Any key that the relay ever
    /// had is as good: nothing is appended behind it for that.
    @Nullable
    String problemAt(String chainId, long sequence) throws SQLException {
        Tail stored = tails.at(chainId, sequence);
        if (stored == null) {
            return "is gone";
        }
        return switch (reader.read(stored.bytes())) {
            case UnreadableReceipt(String problem) -> problem;
            case ReadReceipt receipt -> {
                String problem = misplacement(receipt, stored);
                boolean isOurs =
                        receipt.isSignedBy(key.get()) || archived.stream().anyMatch(receipt::isSignedBy);
                yield problem != null || isOurs ? problem : NOT_SIGNED;
            }
        };
    }

    private ChainTip verify(Tail tail) {
        return switch (reader.read(tail.bytes())) {
            case UnreadableReceipt(String problem) ->
                throw new UnusableChainException(tail.chainId(), "its receipt " + tail.sequence() + " " + problem);
            case ReadReceipt receipt -> {
                String problem = problemOf(receipt, tail);
                if (problem != null) {
                    throw new UnusableChainException(tail.chainId(), "its receipt " + tail.sequence() + " " + problem);
                }
                yield new ChainTip(
                        tail.sequence(),
                        receipt.hash(),
                        receipt.facts().id(),
                        receipt.link().isTerminal());
            }
        };
    }

    private @Nullable String problemOf(ReadReceipt receipt, Tail tail) {
        String problem = misplacement(receipt, tail);
        return problem != null || isGenuine(receipt) ? problem : NOT_SIGNED;
    }

    private static @Nullable String misplacement(ReadReceipt receipt, Tail tail) {
        if (!receipt.hash().equals(tail.hash())) {
            return "was changed: it has another hash than the one beside it";
        }
        if (receipt.link().sequence() != tail.sequence()
                || !receipt.link().chainId().equals(tail.chainId())) {
            return "belongs to another place";
        }
        return receipt.facts().id().equals(tail.id()) ? null : "has another id than the one beside it";
    }

    private boolean isGenuine(ReadReceipt receipt) {
        Ed25519PublicKey present = key.get();
        RecordedRotation rotation = receipt.rotation();
        if (rotation == null) {
            return receipt.isSignedBy(present)
                    // Nothing follows an end, so one from before a rotation is as good.
                    || (receipt.link().isTerminal() && archived.stream().anyMatch(receipt::isSignedBy));
        }
        return archived.stream()
                .anyMatch(old -> rotation.problemUnder(old) == null
                        && rotation.newKey().equals(present)
                        && receipt.isSignedBy(old));
    }
}

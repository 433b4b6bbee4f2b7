package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import org.jspecify.annotations.Nullable;

/// Checks one chain, receipt by receipt in the order of its store (`specs/receipts.md` 3.12), in constant memory.
///
/// It goes on behind a fault, so that everything which is wrong can be told. Not thread-safe.
public final class ChainVerifier {

    private final NoteTaker notes = new NoteTaker();
    private final String chainId;
    private Ed25519PublicKey activeKey;
    private long length;
    private long faults;
    private @Nullable ReceiptFault firstFault;

    private @Nullable String head;
    private boolean isHeadReadable = true;
    private long expectedSequence = 1;
    private long terminalAt = -1;
    private ChainEnd end = ChainEnd.UNKNOWN;

    /// @param chainId of the chain, by its store
    /// @param genesis the key that signed its first receipt
    public ChainVerifier(String chainId, Ed25519PublicKey genesis) {
        this.chainId = chainId;
        this.activeKey = genesis;
    }

    /// The key that has to have signed the next receipt. [ReadReceipt#isSignedBy] may be asked before,
    /// elsewhere.
    public Ed25519PublicKey activeKey() {
        return activeKey;
    }

    /// Checks the next receipt.
    ///
    /// @param storeProblem what the store says otherwise than the receipt, null if nothing
    /// @return what is wrong with it, null if nothing is
    public @Nullable ReceiptFault next(ReceiptReading reading, @Nullable String storeProblem) {
        long index = length++;
        ReceiptFault fault = switch (reading) {
            case UnreadableReceipt unreadable -> {
                isHeadReadable = false;
                expectedSequence++;
                end = ChainEnd.UNKNOWN;
                yield new ReceiptFault(index, "", FaultKind.UNREADABLE, "the receipt " + unreadable.problem());
            }
            case ReadReceipt receipt -> check(index, receipt, storeProblem);
        };
        if (fault != null && faults++ == 0) {
            firstFault = fault;
        }
        return fault;
    }

    /// The verdict on what was given so far.
    public ChainVerdict verdict() {
        return new ChainVerdict(length, faults, firstFault, head, end, activeKey, notes.notes());
    }

    private @Nullable ReceiptFault check(long index, ReadReceipt receipt, @Nullable String storeProblem) {
        notes.take(index, receipt);
        boolean isSigned = receipt.isSignedBy(activeKey);
        ReceiptFault fault = fault(index, receipt, isSigned, storeProblem);
        ReceiptLink link = receipt.link();
        head = receipt.hash();
        isHeadReadable = true;
        expectedSequence = link.sequence() + 1;
        if (terminalAt < 0 && link.isTerminal()) {
            terminalAt = index;
        }
        end = end(link);
        RecordedRotation rotation = receipt.rotation();
        if (rotation != null && isSigned && rotation.problemUnder(activeKey) == null) {
            activeKey = rotation.newKey();
        }
        return fault;
    }

    private @Nullable ReceiptFault fault(
            long index, ReadReceipt receipt, boolean isSigned, @Nullable String storeProblem) {
        ReceiptLink link = receipt.link();
        if (!isSigned) {
            String problem = receipt.proofProblem();
            String cause = problem == null
                    ? "the signature is not by the chain's key over this receipt"
                    : "signature compute failed at index " + index + ": " + problem;
            return fault(index, receipt, FaultKind.BAD_SIGNATURE, cause);
        }
        if (!link.hasLegalStatus()) {
            return fault(index, receipt, FaultKind.ILLEGAL_STATUS, "chain.status is not legal there");
        }
        String linkProblem = linkProblem(index, link);
        if (linkProblem != null) {
            return fault(index, receipt, FaultKind.BAD_HASH_LINK, linkProblem);
        }
        if (link.sequence() != expectedSequence) {
            String cause = "the sequence is " + link.sequence() + ", expected " + expectedSequence;
            return fault(index, receipt, FaultKind.BAD_SEQUENCE, cause);
        }
        if (!link.chainId().equals(chainId)) {
            return fault(index, receipt, FaultKind.BAD_CHAIN_ID, mismatch(index, link.chainId()));
        }
        if (terminalAt >= 0) {
            return fault(index, receipt, FaultKind.AFTER_TERMINAL, afterTerminal(index));
        }
        RecordedRotation rotation = receipt.rotation();
        String rotationProblem = rotation == null ? null : rotation.problemUnder(activeKey);
        if (rotationProblem != null) {
            String cause = "key rotation invalid at index " + index + ": " + rotationProblem;
            return fault(index, receipt, FaultKind.BAD_ROTATION, cause);
        }
        return storeProblem == null ? null : fault(index, receipt, FaultKind.BAD_COLUMNS, storeProblem);
    }

    /// In the dialect's words, as are those of signatures and rotations: programs look for them.
    private String mismatch(long index, String got) {
        return "chain_id mismatch at index " + index + ": expected \"" + chainId + "\", got \"" + got + "\"";
    }

    private String afterTerminal(long index) {
        return "receipt after terminal: receipt at index " + index + " follows a terminal receipt at index "
                + terminalAt;
    }

    private @Nullable String linkProblem(long index, ReceiptLink link) {
        String previous = link.previousHash();
        if (index == 0) {
            return previous == null ? null : "it is the first here and names a receipt before it";
        }
        if (!isHeadReadable) {
            return "the receipt before it cannot be read";
        }
        return previous != null && previous.equals(head) ? null : "it does not name the hash of the receipt before it";
    }

    private static ChainEnd end(ReceiptLink link) {
        if (!link.isTerminal()) {
            return ChainEnd.UNKNOWN;
        }
        return ReceiptLink.INTERRUPTED.equals(link.status()) ? ChainEnd.INTERRUPTED : ChainEnd.COMPLETE;
    }

    private static ReceiptFault fault(long index, ReadReceipt receipt, FaultKind kind, String cause) {
        return new ReceiptFault(index, receipt.facts().id(), kind, cause);
    }
}

package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import org.jspecify.annotations.Nullable;

/// A receipt that could be read. Whether it is genuine and in its place is another question: [#isSignedBy] and
/// [ChainVerifier].
///
/// Not thread-safe, as it remembers which signature check it has done; it may be handed from one thread to another.
public final class ReadReceipt implements ReceiptReading {

    private final ReceiptFacts facts;
    private final ReceiptLink link;
    private final byte[] signedBytes;
    private final String hash;
    private final ReceiptProof proof;
    private final @Nullable RecordedRotation rotation;
    private final @Nullable String unmodelled;

    private @Nullable Ed25519PublicKey checkedWith;
    private boolean holds;

    ReadReceipt(
            ReceiptFacts facts,
            ReceiptLink link,
            byte[] signedBytes,
            String hash,
            ReceiptProof proof,
            @Nullable RecordedRotation rotation,
            @Nullable String unmodelled) {
        this.facts = facts;
        this.link = link;
        this.signedBytes = signedBytes;
        this.hash = hash;
        this.proof = proof;
        this.rotation = rotation;
        this.unmodelled = unmodelled;
    }

    public ReceiptFacts facts() {
        return facts;
    }

    public ReceiptLink link() {
        return link;
    }

    /// The canonical text without the proof: what was signed.
    public byte[] signedBytes() {
        return signedBytes.clone();
    }

    /// `sha256:` and the hex digits of the hash of [#signedBytes]: what the next receipt of the chain names.
    public String hash() {
        return hash;
    }

    /// What makes the proof worthless whoever signed, for instance another type; null if it can be checked.
    public @Nullable String proofProblem() {
        return proof.problem();
    }

    /// The change of keys that the receipt records; null in all others.
    public @Nullable RecordedRotation rotation() {
        return rotation;
    }

    /// The first member that the peer's own verifier would lose (`specs/receipts.md` 3.9), and why; null if it
    /// keeps all.
    public @Nullable String unmodelled() {
        return unmodelled;
    }

    /// Whether the proof is a signature of this key over the receipt. The last answer is remembered.
    public boolean isSignedBy(Ed25519PublicKey key) {
        return isSignedBy(key, SignatureShortcut.NONE);
    }

    /// The same answer, sooner.
    public boolean isSignedBy(Ed25519PublicKey key, SignatureShortcut shortcut) {
        if (checkedWith == null || !checkedWith.equals(key)) {
            holds = proof.isBy(key, signedBytes, shortcut);
            checkedWith = key;
        }
        return holds;
    }
}

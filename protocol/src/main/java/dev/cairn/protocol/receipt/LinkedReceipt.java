package dev.cairn.protocol.receipt;

import dev.cairn.protocol.crypto.Ed25519Signature;

/// A receipt in its place: hashed, and ready to be signed. Immutable.
public final class LinkedReceipt {

    private static final byte[] PROOF = ReceiptText.name("proof");
    private static final byte[] CREATED = ReceiptText.name("created");
    private static final byte[] PURPOSE = ReceiptText.ascii("\"proofPurpose\":\"assertionMethod\",");
    private static final byte[] VALUE = ReceiptText.name("proofValue");
    private static final byte[] TYPE = ReceiptText.ascii("\"type\":\"Ed25519Signature2020\",");
    private static final byte[] METHOD = ReceiptText.name("verificationMethod");
    private static final int PROOF_ROOM = 320;

    private final ReceiptColumns columns;
    private final ChainPlace place;
    private final boolean terminator;
    private final long drops;
    private final byte[] signedBytes;
    private final String hash;

    LinkedReceipt(ReceiptColumns columns, ChainPlace place, boolean terminator, long drops, byte[] signedBytes) {
        this.columns = columns;
        this.place = place;
        this.terminator = terminator;
        this.drops = drops;
        this.signedBytes = signedBytes;
        this.hash = Sha256Text.of(signedBytes, 0, signedBytes.length);
    }

    public ReceiptColumns columns() {
        return columns;
    }

    public ChainPlace place() {
        return place;
    }

    /// Whether it only ends its chain, and tells of no event.
    public boolean isTerminator() {
        return terminator;
    }

    /// How many events it says were lost; 0 for a receipt that does not tell of losses.
    public long drops() {
        return drops;
    }

    /// What is to be signed, and what the hash is of: the canonical text without a proof
    /// (`specs/receipts.md` 4). Not a copy; leave it as it is.
    public byte[] signedBytes() {
        return signedBytes;
    }

    /// `sha256:` and 64 hex digits; the next receipt's previous hash.
    public String hash() {
        return hash;
    }

    /// The whole receipt, canonical, for the store.
    public byte[] text(Ed25519Signature signature, String verificationMethod) {
        int proofAt = signedBytes.length - PreparedReceipt.TAIL.length;
        return new ReceiptText(signedBytes.length + PROOF_ROOM)
                .raw(signedBytes, 0, proofAt)
                .open(PROOF)
                .text(CREATED, columns.timestamp())
                .raw(PURPOSE)
                .text(VALUE, signature.text())
                .raw(TYPE)
                .text(METHOD, verificationMethod)
                .close()
                .raw(signedBytes, proofAt, signedBytes.length)
                .toByteArray();
    }
}

package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import org.jspecify.annotations.Nullable;

/// A receipt's proof (`specs/receipts.md` 3.4). Its type and value count; nothing signs its other members.
final class ReceiptProof {

    private static final String TYPE = "Ed25519Signature2020";

    private final @Nullable Ed25519Signature signature;
    private final @Nullable String problem;

    private ReceiptProof(@Nullable Ed25519Signature signature, @Nullable String problem) {
        this.signature = signature;
        this.problem = problem;
    }

    /// @param proof the node of the member, negative if there is none
    static ReceiptProof read(JsonTape tape, int proof) {
        if (proof < 0 || !tape.is(proof, JsonKind.OBJECT)) {
            return new ReceiptProof(null, "there is no proof");
        }
        int type = tape.member(proof, "type");
        if (type < 0 || !tape.is(type, JsonKind.STRING) || !tape.textEquals(type, TYPE)) {
            return new ReceiptProof(null, "the proof's type is not " + TYPE);
        }
        int value = tape.member(proof, "proofValue");
        if (value < 0 || !tape.is(value, JsonKind.STRING)) {
            return new ReceiptProof(null, "the proof has no proofValue");
        }
        try {
            return new ReceiptProof(new Ed25519Signature(tape.text(value)), null);
        } catch (IllegalArgumentException e) {
            return new ReceiptProof(null, "proofValue: " + e.getMessage());
        }
    }

    @Nullable
    String problem() {
        return problem;
    }

    boolean isBy(Ed25519PublicKey key, byte[] signedBytes, SignatureShortcut shortcut) {
        if (signature == null) {
            return false;
        }
        byte[] raw = signature.toBytes();
        return shortcut.holds(key, signedBytes, raw) || key.verifies(signedBytes, raw);
    }
}

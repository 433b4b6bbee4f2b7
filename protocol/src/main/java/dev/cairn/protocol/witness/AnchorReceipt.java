package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.json.JsonText;
import java.util.EnumSet;
import java.util.Set;

/// A witness's signed reply (`specs/audit-relay.md` 6.4): whoever has it can show, with the witness's public
/// key alone, that the seal existed.
///
/// One that was read is only well-formed; [#isSignedBy] tells whether it proves anything. The key that it
/// names is the replier's own word: proof needs a key that is known from elsewhere.
public final class AnchorReceipt {

    private static final int TIME_MAX = 64;
    private static final int KEY_MAX = 64;
    private static final int SIGNATURE_MAX = 128;

    private final Anchor anchor;
    private final Ed25519PublicKey witnessKey;
    private final Ed25519Signature signature;
    private final byte[] signedText;
    private final String text;

    private AnchorReceipt(
            Anchor anchor, Ed25519PublicKey key, Ed25519Signature signature, byte[] signedText, String text) {
        this.anchor = anchor;
        this.witnessKey = key;
        this.signature = signature;
        this.signedText = signedText;
        this.text = text;
    }

    /// The receipt for `anchor`.
    public static AnchorReceipt sign(Anchor anchor, Ed25519KeyPair witness) {
        Ed25519PublicKey key = witness.publicKey();
        byte[] signed = SignedText.of(
                ObjectReader.parse(unsigned(anchor, key).toString().getBytes(UTF_8)));
        Ed25519Signature signature = witness.sign(signed);
        String text = unsigned(anchor, key)
                .put(SignedText.SIGNATURE, signature.text())
                .toString();
        return new AnchorReceipt(anchor, key, signature, signed, text);
    }

    /// Reads a reply. Members that are not known here are kept and are signed like the others.
    ///
    /// @throws IllegalArgumentException that names the member at fault
    public static AnchorReceipt read(byte[] reply) {
        return read(ObjectReader.parse(reply));
    }

    static AnchorReceipt read(ObjectReader reply) {
        Anchor anchor = new Anchor(
                reply.text("anchor_id", Anchor.ID_MAX),
                reply.text("witnessed_at", TIME_MAX),
                SealedTip.read(reply, "seal_signature"),
                reply.hash("receipt_hash"),
                marks(reply));
        return new AnchorReceipt(
                anchor,
                Ed25519PublicKey.read(reply.text("witness_key", KEY_MAX)),
                new Ed25519Signature(reply.text(SignedText.SIGNATURE, SIGNATURE_MAX)),
                SignedText.of(reply),
                reply.source());
    }

    public Anchor anchor() {
        return anchor;
    }

    /// The key that the reply names.
    public Ed25519PublicKey witnessKey() {
        return witnessKey;
    }

    public Ed25519Signature signature() {
        return signature;
    }

    /// Whether the owner of `key` signed this, whoever sent it.
    public boolean isSignedBy(Ed25519PublicKey key) {
        return key.equals(witnessKey) && key.verifies(signedText, signature);
    }

    /// The reply, members in the order of 6.4 when we made it, verbatim when it was read.
    public String text() {
        return text;
    }

    public byte[] toBytes() {
        return text.getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return text;
    }

    private static JsonText unsigned(Anchor anchor, Ed25519PublicKey key) {
        JsonText text = JsonText.object()
                .put("anchor_id", anchor.id())
                .put("witnessed_at", anchor.witnessedAt())
                .put("tip_hash", anchor.seal().tip().text())
                .put("chained_events", anchor.seal().count())
                .put("seal_signature", anchor.seal().signature())
                .put("receipt_hash", anchor.receiptHash().text());
        for (AnchorMark mark : AnchorMark.values()) {
            if (anchor.marks().contains(mark)) {
                text.put(mark.wireName(), true);
            }
        }
        return text.put("witness_key", key.text());
    }

    private static Set<AnchorMark> marks(ObjectReader reply) {
        Set<AnchorMark> marks = EnumSet.noneOf(AnchorMark.class);
        for (AnchorMark mark : AnchorMark.values()) {
            if (reply.has(mark.wireName()) && reply.flag(mark.wireName())) {
                marks.add(mark);
            }
        }
        return marks;
    }
}

package dev.cairn.relay.witness;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.UtcClockText;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.Anchor;
import dev.cairn.protocol.witness.AnchorMark;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.SealedTip;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/// A request for an anchor that can be judged: well-formed, and of a lineage.
///
/// @param body the request as it came
record Submission(Lineage lineage, SealedTip seal, String body) {

    private static final int ID_BYTES = 24;

    /// @param token the name of the sender's, empty where none is asked for
    /// @throws IllegalArgumentException that names the member at fault
    static Submission of(String token, AnchorRequest request, String body) {
        SealedTip seal = request.seal();
        String keyId = seal.keyId() == null ? "" : seal.keyId();
        requirePrintable("key_id", keyId);
        requirePrintable("seal signature", seal.signature());
        return new Submission(new Lineage(token, keyId), seal, body);
    }

    /// Both forms of the dialect are; what is not might have no canonical form to sign.
    private static void requirePrintable(String member, String text) {
        if (!text.chars().allMatch(unit -> unit >= 0x20 && unit < 0x7F)) {
            throw new IllegalArgumentException(member + ": expected printable ASCII");
        }
    }

    String tip() {
        return seal.tip().text();
    }

    long chainedEvents() {
        return seal.count();
    }

    /// The id of this content at the witness with this key. Another seal of the same tip is another content:
    /// its sender looks for its own signature in the receipt.
    String id(Ed25519PublicKey witness) {
        String content = JsonText.object()
                .put("witness", witness.text())
                .put("token", lineage.token())
                .put("key_id", lineage.keyId())
                .put("tip_hash", tip())
                .put("chained_events", chainedEvents())
                .put("seal_signature", seal.signature())
                .toString();
        byte[] digest = Hash.sha256().digest(content.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, ID_BYTES));
    }

    /// The signed receipt for it, as JSON.
    String receipt(String id, long nowMillis, Set<AnchorMark> marks, Ed25519KeyPair witness) {
        byte[] received = body.getBytes(StandardCharsets.UTF_8);
        String witnessedAt = new UtcClockText().text(nowMillis);
        Anchor anchor = new Anchor(id, witnessedAt, seal, Hash.of(received, 0, received.length), marks);
        return AnchorReceipt.sign(anchor, witness).text();
    }
}

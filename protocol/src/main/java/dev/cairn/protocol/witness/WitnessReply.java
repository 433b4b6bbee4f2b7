package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of any witness's reply, be it ours or a stranger's, JSON or not: what it says of the seal and what it
/// proves (`specs/audit-relay.md` 6.1).
public final class WitnessReply {

    /// Bytes of a reply that are read and kept.
    public static final int KEPT_MAX = 16 * 1024;

    private static final int SHOWN_MAX = 256;

    private final String text;
    private final @Nullable ObjectReader object;
    private final @Nullable AnchorReceipt receipt;

    private WitnessReply(String text, @Nullable ObjectReader object, @Nullable AnchorReceipt receipt) {
        this.text = text;
        this.object = object;
        this.receipt = receipt;
    }

    /// Takes a reply as it is; nothing is refused.
    public static WitnessReply of(byte[] body) {
        String text = new String(body, UTF_8);
        ObjectReader object = null;
        AnchorReceipt receipt = null;
        try {
            object = ObjectReader.parse(body);
            receipt = AnchorReceipt.read(object);
        } catch (IllegalArgumentException _) {
            // Nobody owes us a receipt: `object` says how far we got.
        }
        return new WitnessReply(text, object, receipt);
    }

    public static WitnessReply of(String text) {
        return of(text.getBytes(UTF_8));
    }

    public String text() {
        return text;
    }

    public boolean isObject() {
        return object != null;
    }

    /// The witness's name for the anchor; empty when it gave none.
    public Optional<String> anchorId() {
        return string("anchor_id").filter(id -> !id.isEmpty());
    }

    /// When the witness says that it saw the seal, unchecked.
    public Optional<String> witnessedAt() {
        return string("witnessed_at");
    }

    /// The witness's hash of what it received, unchecked.
    public Optional<String> receiptHash() {
        return string("receipt_hash");
    }

    /// The receipt, if this is one; nothing is said about its signature.
    public Optional<AnchorReceipt> receipt() {
        return Optional.ofNullable(receipt);
    }

    /// The key whose owner signed this, if it is an intact receipt of whomever it names.
    public Optional<Ed25519PublicKey> signer() {
        return receipt()
                .filter(signed -> signed.isSignedBy(signed.witnessKey()))
                .map(AnchorReceipt::witnessKey);
    }

    /// The first member that names another seal than `seal`; empty when none does.
    public Optional<String> contradictionOf(SealedTip seal) {
        if (names("tip_hash") && !seal.tip().text().equals(string("tip_hash").orElse(""))) {
            return Optional.of("tip_hash");
        }
        if (names("chained_events") && !isCount(seal.count())) {
            return Optional.of("chained_events");
        }
        if (names("seal_signature")
                && !seal.signature().equals(string("seal_signature").orElse(""))) {
            return Optional.of("seal_signature");
        }
        return Optional.empty();
    }

    /// Whether tip, count and signature are all named.
    public boolean namesWholeSeal() {
        return names("tip_hash") && names("chained_events") && names("seal_signature");
    }

    /// What this proves of `seal`, when it came with a status of 2xx and contradicts nothing.
    ///
    /// @param pinned the witness's key, known from elsewhere; without it, no signature proves anything
    public Proof proofOf(SealedTip seal, @Nullable Ed25519PublicKey pinned) {
        if (pinned != null && receipt != null && receipt.anchor().seal().isSameAs(seal) && receipt.isSignedBy(pinned)) {
            return Proof.SIGNATURE;
        }
        return anchorId().isPresent() ? Proof.ANCHOR : Proof.STATUS;
    }

    @Override
    public String toString() {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + '…';
    }

    /// Whether the member is there and says something.
    private boolean names(String name) {
        if (object == null) {
            return false;
        }
        int value = object.tape().member(object.object(), name);
        return value >= 0 && !object.tape().is(value, JsonKind.NULL);
    }

    private boolean isCount(long count) {
        JsonTape tape = object == null ? null : object.tape();
        int value = tape == null || object == null ? -1 : tape.member(object.object(), "chained_events");
        return tape != null && value >= 0 && tape.is(value, JsonKind.NUMBER) && tape.number(value) == count;
    }

    private Optional<String> string(String name) {
        return Optional.ofNullable(object == null ? null : object.textIfAny(name));
    }
}

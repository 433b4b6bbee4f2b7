package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.witness.Contradiction.Form;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of any witness's reply, be it ours or a stranger's, JSON or not: what it says of the seal and
/// what it proves (`specs/audit-relay.md` 6.1).
public final class WitnessReply {

    /// Bytes of a reply that are read and kept.
    public static final int KEPT_MAX = 16 * 1024;

    private static final int SHOWN_MAX = 256;

    /// The member in which a witness that refuses a seal shows what it holds instead.
    private static final String HELD = "anchored";

    private final String text;
    private final @Nullable Facts facts;
    private final @Nullable AnchorReceipt receipt;
    private final @Nullable AnchorReceipt held;

    /// What the members say; the parsed text itself is many times larger and is not kept.
    ///
    /// @param tip text of the member; empty when it holds something else, `null` when it says nothing
    /// @param count value of the member; NaN when it holds something else, `null` when it says nothing
    /// @param signature like `tip`
    private record Facts(
            @Nullable String anchorId,
            @Nullable String witnessedAt,
            @Nullable String receiptHash,
            @Nullable String tip,
            @Nullable Double count,
            @Nullable String signature) {

        static Facts of(ObjectReader reply) {
            return new Facts(
                    reply.textIfAny("anchor_id"),
                    reply.textIfAny("witnessed_at"),
                    reply.textIfAny("receipt_hash"),
                    named(reply, "tip_hash"),
                    number(reply, "chained_events"),
                    named(reply, "seal_signature"));
        }

        private static @Nullable String named(ObjectReader reply, String name) {
            int value = reply.tape().member(reply.object(), name);
            if (value < 0 || reply.tape().is(value, JsonKind.NULL)) {
                return null;
            }
            return reply.tape().is(value, JsonKind.STRING) ? reply.tape().text(value) : "";
        }

        private static @Nullable Double number(ObjectReader reply, String name) {
            int value = reply.tape().member(reply.object(), name);
            if (value < 0 || reply.tape().is(value, JsonKind.NULL)) {
                return null;
            }
            return reply.tape().is(value, JsonKind.NUMBER) ? reply.tape().number(value) : Double.NaN;
        }
    }

    private WitnessReply(
            String text, @Nullable Facts facts, @Nullable AnchorReceipt receipt, @Nullable AnchorReceipt held) {
        this.text = text;
        this.facts = facts;
        this.receipt = receipt;
        this.held = held;
    }

    /// Takes a reply as it is; nothing is refused.
    public static WitnessReply of(byte[] body) {
        String text = new String(body, UTF_8);
        ObjectReader reply;
        try {
            reply = ObjectReader.parse(body);
        } catch (IllegalArgumentException _) {
            return new WitnessReply(text, null, null, null);
        }
        AnchorReceipt held = null;
        try {
            held = receiptIn(reply.inner(HELD));
        } catch (IllegalArgumentException _) {
            // Only who refuses a seal for another one shows that.
        }
        return new WitnessReply(text, Facts.of(reply), receiptIn(reply), held);
    }

    /// Nobody owes us a receipt.
    private static @Nullable AnchorReceipt receiptIn(ObjectReader object) {
        try {
            return AnchorReceipt.read(object);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    public static WitnessReply of(String text) {
        return of(text.getBytes(UTF_8));
    }

    public String text() {
        return text;
    }

    public boolean isObject() {
        return facts != null;
    }

    /// The witness's name for the anchor; empty when it gave none.
    public Optional<String> anchorId() {
        return facts().map(Facts::anchorId).filter(id -> !id.isEmpty());
    }

    /// When the witness says that it saw the seal, unchecked.
    public Optional<String> witnessedAt() {
        return facts().map(Facts::witnessedAt);
    }

    /// The witness's hash of what it received, unchecked.
    public Optional<String> receiptHash() {
        return facts().map(Facts::receiptHash);
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
        if (facts == null) {
            return Optional.empty();
        }
        if (facts.tip() != null && !facts.tip().equals(seal.tip().text())) {
            return Optional.of("tip_hash");
        }
        if (facts.count() != null && facts.count() != seal.count()) {
            return Optional.of("chained_events");
        }
        if (facts.signature() != null && !facts.signature().equals(seal.signature())) {
            return Optional.of("seal_signature");
        }
        return Optional.empty();
    }

    /// What this says against `seal` when it comes with that status; empty when it says nothing. A refusal for
    /// another reason says nothing about the seal.
    public Optional<Contradiction> against(SealedTip seal, int status) {
        if (status == Contradiction.CONFLICT) {
            return Optional.of(Contradiction.of(Form.HOLDS_ANOTHER, "tip_hash", seal, held));
        }
        return status < 200 || status >= 300
                ? Optional.empty()
                : contradictionOf(seal).map(member -> Contradiction.of(Form.CONFIRMS_ANOTHER, member, seal, receipt));
    }

    /// Whether tip, count and signature are all named.
    public boolean namesWholeSeal() {
        return facts != null && facts.tip() != null && facts.count() != null && facts.signature() != null;
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

    private Optional<Facts> facts() {
        return Optional.ofNullable(facts);
    }
}

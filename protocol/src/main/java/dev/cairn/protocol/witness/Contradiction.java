package dev.cairn.protocol.witness;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import org.jspecify.annotations.Nullable;

/// What a witness's reply says against the seal that it was asked to confirm (`specs/audit-relay.md` 6.1,
/// 6.4): evidence, as far as it is signed.
///
/// @param form how it says so
/// @param member the first one that names something else than the seal does
/// @param named the other seal, if the reply shows a receipt for one; `null` when it shows none
/// @param signer whose key signed that receipt; `null` when none did, so that anybody could have made it up
public record Contradiction(
        Form form,
        String member,
        @Nullable SealedTip named,
        @Nullable Ed25519PublicKey signer) {

    /// The status of a refusal because another tip is anchored at the seal's count.
    public static final int CONFLICT = 409;

    /// How a witness contradicts.
    public enum Form {
        /// It confirms, but something else.
        CONFIRMS_ANOTHER("confirms_another"),
        /// It refuses the seal, as it holds another tip of that count.
        HOLDS_ANOTHER("holds_another");

        private final String wireName;

        Form(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /// @param shown the receipt in the reply, if there is one
    static Contradiction of(Form form, String member, SealedTip asked, @Nullable AnchorReceipt shown) {
        if (shown == null || shown.anchor().seal().isSameAs(asked)) {
            return new Contradiction(form, member, null, null);
        }
        Ed25519PublicKey key = shown.witnessKey();
        return new Contradiction(form, member, shown.anchor().seal(), shown.isSignedBy(key) ? key : null);
    }

    /// Whether a signature vouches for it; whose, is another question.
    public boolean isSigned() {
        return signer != null;
    }

    /// Whether what it shows cannot be true beside `seal`: another tip of the same count, or something else
    /// under the seal's own signature. A receipt for some other seal may well be true, and says nothing
    /// about this one.
    public boolean isAgainst(SealedTip seal) {
        if (named == null || named.isSameAs(seal)) {
            return false;
        }
        boolean hasOtherTip = named.count() == seal.count() && !named.tip().equals(seal.tip());
        return hasOtherTip || named.signature().equals(seal.signature());
    }
}

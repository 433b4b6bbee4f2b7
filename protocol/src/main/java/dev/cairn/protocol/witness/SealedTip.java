package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import org.jspecify.annotations.Nullable;

/// What a witness is asked to confirm: a chain's tip and count, and the seal's signature over them
/// (`specs/audit-relay.md` 5.1). The signature is text to a witness, which has no key to check it with.
///
/// @param keyId of the key that made the signature; `null` in old seals of users
public record SealedTip(
        Hash tip, long count, String signature, @Nullable String keyId) {

    /// Characters of the longest signature that is accepted.
    public static final int SIGNATURE_MAX = 256;

    /// Characters of the longest key id that is accepted.
    public static final int KEY_ID_MAX = 128;

    public SealedTip {
        if (count < 0) {
            throw new IllegalArgumentException("a seal of " + count + " records");
        }
    }

    /// What a line of the seals file seals.
    ///
    /// @throws IllegalArgumentException that names the member at fault
    public static SealedTip ofSealLine(String line) {
        return ofSeal(ObjectReader.parse(line.getBytes(UTF_8)));
    }

    static SealedTip ofSeal(ObjectReader seal) {
        return read(seal, "signature");
    }

    static SealedTip read(ObjectReader from, String signatureName) {
        return new SealedTip(
                from.hash("tip_hash"),
                from.count("chained_events"),
                from.text(signatureName, SIGNATURE_MAX),
                from.has("key_id") ? from.text("key_id", KEY_ID_MAX) : null);
    }

    /// Whether both are of the same chain, tip, count and signature; a receipt does not say by which key.
    public boolean isSameAs(SealedTip other) {
        return tip.equals(other.tip) && count == other.count && signature.equals(other.signature);
    }
}

package dev.cairn.witness;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessUrl;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where a witness takes seals, and what it must give to count (`specs/audit-relay.md` 6.1).
///
/// @param url where to post; its user info and query are sent, but never stored or printed
/// @param token `null` when the witness asks for none
/// @param publicKey the witness's key, known from elsewhere; `null` when it is not known
public record WitnessEndpoint(
        String name,
        URI url,
        @Nullable WitnessToken token,
        Proof require,
        @Nullable Ed25519PublicKey publicKey) {

    /// @throws IllegalArgumentException if the URL is none by http or https, or a signature is required without
    /// a key
    public WitnessEndpoint {
        var _ = WitnessUrl.of(url);
        if (require == Proof.SIGNATURE && publicKey == null) {
            throw new IllegalArgumentException("a witness must be known by its key before its signature counts");
        }
    }

    /// Fit to be stored and shown.
    public WitnessUrl shownUrl() {
        return WitnessUrl.of(url);
    }

    WitnessIdentity identity() {
        return new WitnessIdentity(name, shownUrl(), publicKey);
    }

    @Override
    public String toString() {
        return name + " at " + shownUrl();
    }
}

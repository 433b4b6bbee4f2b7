package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;

/// A faster way to see that a signature holds. Its yes counts; its no does not, so that the rules are those of
/// [Ed25519PublicKey] wherever there is a faster way and wherever there is none.
@FunctionalInterface
public interface SignatureShortcut {

    /// Never says yes.
    SignatureShortcut NONE = (_, _, _) -> false;

    /// Whether it is sure that the signature holds. It must not be sure where RFC 8032's equation does not
    /// hold as it stands, without a cofactor, or where R or S has another spelling than the canonical one.
    boolean holds(Ed25519PublicKey key, byte[] message, byte[] signature);
}

package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import io.vertx.core.Future;
import java.util.List;

/// The key that signs receipts, wherever it is (`specs/receipts.md` 6.1). It exists only when it is ready
/// to sign and its public half is published; [KeySources] opens it.
///
/// A rotation has two halves, between which the rotation's receipts get into the store: [#prepareNext]
/// makes the next key, [#adoptNext] signs with it from then on. What a crash in between leaves is settled
/// when the key is opened again. Only the single writer rotates. It may ask for signatures while the next
/// key is made, and for none while it takes over.
public interface KeySource {

    /// The public half of the key that signs; when this is closed, of the one that signed last.
    Ed25519PublicKey publicKey();

    /// What receipts call the key in their proof; the same before and after a rotation.
    String verificationMethod();

    /// Signs each message: 64 bytes for each, in their order. Chunks may be signed at the same time, and
    /// are best a few dozen messages long. The messages belong to the source until the future is completed.
    ///
    /// The future fails with a [KeySourceException] when they could not be signed; nothing was signed in
    /// part then. Asking again is safe: the same message has the same signature.
    Future<List<byte[]>> sign(List<byte[]> messages);

    /// Makes the next key, durably, and keeps the present public key in its archive. Nothing is signed with
    /// the next key yet.
    Future<Ed25519PublicKey> prepareNext();

    /// Signs with the next key from now on, and publishes it: the receipts that say so are in the store.
    Future<Void> adoptNext();

    /// Forgets the next key: the rotation does not take place.
    Future<Void> discardNext();

    /// Overwrites what of the key is in memory. Nothing is signed afterwards.
    Future<Void> close();
}

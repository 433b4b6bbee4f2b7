package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import org.jspecify.annotations.Nullable;

/// What the store knows of keys before one is opened.
public sealed interface KeyHistory {

    /// There was no store: this is the first start, and a key may be made.
    record None() implements KeyHistory {}

    /// There was a store. Its key must be there, too: a new one could not continue its chains.
    ///
    /// @param installed the `new_public_key` of the newest rotation receipt; `null` if nothing was rotated yet
    record Of(@Nullable Ed25519PublicKey installed) implements KeyHistory {}

    /// The key that the store's last rotation installed, if there was one.
    default @Nullable Ed25519PublicKey lastInstalled() {
        return switch (this) {
            case None _ -> null;
            case Of of -> of.installed();
        };
    }
}

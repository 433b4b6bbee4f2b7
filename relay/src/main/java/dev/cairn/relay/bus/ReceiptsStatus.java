package dev.cairn.relay.bus;

import org.jspecify.annotations.Nullable;

/// What the single writer of receipts last knew to be durable, and whether it can write.
///
/// @param rootId of the root chain; empty as long as the store is not open
/// @param rootTip sequence of the newest receipt in it
/// @param tipHash hash of that receipt; `null` while there is none
/// @param receipts in all chains of the store
/// @param key fingerprint of the key that signs; empty as long as it is not open
public record ReceiptsStatus(
        Health health,
        String rootId,
        long rootTip,
        @Nullable String tipHash,
        long receipts,
        String key) {

    /// Nothing is known yet.
    public static final ReceiptsStatus CLOSED = notOpen(new Opening());

    /// The dialect is not spoken.
    public static final ReceiptsStatus OFF = notOpen(new Off());

    /// Whether receipts get into the store.
    public sealed interface Health {}

    /// The dialect is not spoken.
    public record Off() implements Health {}

    /// Store and key are being opened; frames wait.
    public record Opening() implements Health {}

    public record Serving() implements Health {}

    /// Frames wait, for `reason`.
    public record Waiting(String reason) implements Health {}

    /// As long as store and key are not open.
    public static ReceiptsStatus notOpen(Health health) {
        return new ReceiptsStatus(health, "", 0, null, 0, "");
    }

    public boolean isOpen() {
        return !rootId.isEmpty();
    }
}

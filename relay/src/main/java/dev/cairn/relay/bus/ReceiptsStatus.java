package dev.cairn.relay.bus;

/// What the single writer of receipts last knew to be durable.
///
/// @param rootId of the root chain; empty as long as the store is not open
/// @param rootTip sequence of the newest receipt in it
/// @param receipts in all chains of the store
public record ReceiptsStatus(String rootId, long rootTip, long receipts) {

    /// Nothing is known yet.
    public static final ReceiptsStatus CLOSED = new ReceiptsStatus("", 0, 0);

    public boolean isOpen() {
        return !rootId.isEmpty();
    }
}

package dev.cairn.relay.bus;

import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.BusMessage.SealReply;

/// The stores that are sealed, each by itself: with a keyring, a file of seals and an account of witnesses of its own.
public enum SealedStore {
    /// The chain of audit events (`specs/audit-relay.md` 5.1).
    AUDIT("audit", "seal"),
    /// All chains of receipts (`specs/receipts.md` 6.7).
    RECEIPTS("receipts", "receipts-seal");

    private final String text;
    private final String part;

    SealedStore(String text, String part) {
        this.text = text;
        this.part = part;
    }

    /// Its name in control messages, metrics and logs.
    public String text() {
        return text;
    }

    /// Where it can be asked to be sealed.
    public Address<SealNow, SealReply> address() {
        return switch (this) {
            case AUDIT -> Address.SEAL_AUDIT;
            case RECEIPTS -> Address.SEAL_RECEIPTS;
        };
    }

    /// Its part in [BusMessage.Degraded].
    public String part() {
        return part;
    }
}

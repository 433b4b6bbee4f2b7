package dev.cairn.protocol.receipt;

/// The forms of `principal.id`: on whose behalf an action was done (`specs/receipts.md` 3.3).
public final class PrincipalId {

    /// Nobody: of receipts that no peer caused.
    public static final String UNKNOWN = "did:user:unknown";

    private static final String PREFIX = "did:user:";

    private PrincipalId() {}

    /// A user whom the host's user database names.
    public static String ofLogin(String login) {
        return PREFIX + login;
    }

    /// A user who has no name there.
    public static String ofUid(ReceiptPeer peer) {
        return PREFIX + peer.platform() + ':' + peer.uid();
    }
}

package dev.cairn.protocol.witness;

import org.jspecify.annotations.Nullable;

/// What a witness gives, and what it must give to count towards a quorum (`specs/audit-relay.md` 6.1); each
/// one includes those before it.
public enum Proof {
    /// It said that it took the seal: a status of 2xx.
    STATUS("status"),
    /// It named an anchor, which it can be asked for again.
    ANCHOR("anchor"),
    /// It signed a receipt with a key that we know from elsewhere, which proves it to others.
    SIGNATURE("signature");

    private final String wireName;

    Proof(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public boolean isAtLeast(Proof required) {
        return compareTo(required) >= 0;
    }

    /// The one of this name, or `null`.
    public static @Nullable Proof named(@Nullable String wireName) {
        for (Proof proof : values()) {
            if (proof.wireName.equals(wireName)) {
                return proof;
            }
        }
        return null;
    }
}

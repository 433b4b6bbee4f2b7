package dev.cairn.relay.receipts.key;

import org.jspecify.annotations.Nullable;

/// Why a key could not be used. The message is meant for whoever runs the machine, and holds no secret.
public final class KeySourceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// What asking again may bring.
    public enum Hope {
        /// The key is fine, and for now out of reach: ask again.
        TRANSIENT,
        /// Somebody has to change something first.
        NONE
    }

    private final Hope hope;

    public KeySourceException(Hope hope, String message) {
        this(hope, message, null);
    }

    public KeySourceException(Hope hope, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.hope = hope;
    }

    /// Whether asking again may help.
    public Hope hope() {
        return hope;
    }
}

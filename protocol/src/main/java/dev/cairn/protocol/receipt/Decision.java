package dev.cairn.protocol.receipt;

import org.jspecify.annotations.Nullable;

/// What became of a tool call, as its emitter says.
public enum Decision {
    ALLOWED("allowed"),
    DENIED("denied"),
    PENDING("pending");

    private final String text;

    Decision(String text) {
        this.text = text;
    }

    /// Its name on the wire.
    public String text() {
        return text;
    }

    /// The decision of that name.
    ///
    /// @throws IllegalArgumentException when there is none
    public static Decision named(String text) {
        Decision decision = of(text);
        if (decision == null) {
            throw new IllegalArgumentException("expected allowed, denied or pending");
        }
        return decision;
    }

    /// Likewise; `null` when there is none.
    static @Nullable Decision of(String text) {
        for (Decision decision : values()) {
            if (decision.text.equals(text)) {
                return decision;
            }
        }
        return null;
    }
}

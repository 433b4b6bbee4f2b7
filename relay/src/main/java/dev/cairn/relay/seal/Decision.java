package dev.cairn.relay.seal;

import java.util.Locale;

/// What became of a request to sign or to verify; the lower-case name is the metric's tag.
enum Decision {
    SIGNED("signed"),
    NOT_SIGNABLE("refused to sign: not a content that is signed"),
    NOT_ALLOWED("refused to sign: not on the list"),
    TOO_MANY("refused to sign: too many requests"),
    NO_KEY("could not sign: the key cannot be used"),
    VERIFIED("verified a signature"),
    NOT_VERIFIED("found a signature wrong, or its key unknown");

    private final String message;

    Decision(String message) {
        this.message = message;
    }

    /// What the security log says.
    String message() {
        return message;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isGood() {
        return this == SIGNED || this == VERIFIED;
    }
}

package dev.cairn.relay.ingress;

import org.jspecify.annotations.Nullable;

/// An answer that is not known yet.
final class PendingAnswer {

    /// Bytes that it will have, about.
    static final int LENGTH_ABOUT = 512;

    private byte @Nullable [] line;

    /// The answer has come, its newline included.
    void is(byte[] answer) {
        line = answer;
    }

    byte @Nullable [] line() {
        return line;
    }
}

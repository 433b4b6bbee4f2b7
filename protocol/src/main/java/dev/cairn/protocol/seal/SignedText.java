package dev.cairn.protocol.seal;

import java.nio.charset.StandardCharsets;

/// Text as bytes under a signature.
final class SignedText {

    private static final char REPLACEMENT = '\uFFFD';

    private SignedText() {}

    /// The UTF-8 of `text`; an unpaired surrogate becomes U+FFFD (`specs/audit-relay.md` 5.3).
    static byte[] utf8(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8);
    }

    /// `String.getBytes` would make a question mark of an unpaired surrogate.
    private static String wellFormed(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            repaired = repaired == null ? new StringBuilder(text) : repaired;
            repaired.setCharAt(i, REPLACEMENT);
        }
        return repaired == null ? text : repaired.toString();
    }
}

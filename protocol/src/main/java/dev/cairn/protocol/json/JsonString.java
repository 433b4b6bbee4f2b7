package dev.cairn.protocol.json;

import java.util.function.IntPredicate;

/// Writes text as a JSON string: in the canonical spelling of the audit dialect (`specs/audit-relay.md` 3.1),
/// or so that a reader sees everything that is in it.
public final class JsonString {

    private static final String HEX = "0123456789abcdef";

    private JsonString() {}

    /// `text` in quotes. What could end the string or be damaged on its way to UTF-8 is escaped: quotes,
    /// backslashes, control characters, unpaired surrogates.
    public static String quote(String text) {
        return append(new StringBuilder(text.length() + 2), text).toString();
    }

    /// Appends `text` in quotes.
    public static StringBuilder append(StringBuilder out, String text) {
        return append(out, text, JsonString::isDamaged);
    }

    /// `text` in quotes for logs and terminals, which it cannot steer: it stays on one line, and control
    /// characters and separators, however harmless to JSON, are escaped too.
    public static String quoteVisibly(String text) {
        return appendVisibly(new StringBuilder(text.length() + 2), text).toString();
    }

    /// Appends `text` in quotes, likewise.
    static StringBuilder appendVisibly(StringBuilder out, String text) {
        return append(out, text, JsonString::isHidden);
    }

    private static StringBuilder append(StringBuilder out, String text, IntPredicate isEscaped) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(unit).append(text.charAt(++i));
            } else {
                appendUnit(out, unit, isEscaped);
            }
        }
        return out.append('"');
    }

    private static void appendUnit(StringBuilder out, char unit, IntPredicate isEscaped) {
        switch (unit) {
            case '"', '\\' -> out.append('\\').append(unit);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (isEscaped.test(unit)) {
                    out.append("\\u")
                            .append(HEX.charAt(unit >> 12))
                            .append(HEX.charAt(unit >> 8 & 15))
                            .append(HEX.charAt(unit >> 4 & 15))
                            .append(HEX.charAt(unit & 15));
                } else {
                    out.append(unit);
                }
            }
        }
    }

    private static boolean isDamaged(int unit) {
        return unit < 0x20 || Character.isSurrogate((char) unit);
    }

    private static boolean isHidden(int unit) {
        return isDamaged(unit) || (unit >= 0x7F && unit < 0xA0) || unit == 0x2028 || unit == 0x2029;
    }
}

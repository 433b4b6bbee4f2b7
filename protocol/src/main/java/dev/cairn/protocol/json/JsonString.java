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

    /// `text` in quotes for logs and terminals, which it cannot steer: it stays on one line, and what
    /// [#isHidden], however harmless to JSON, is escaped too.
    public static String quoteVisibly(String text) {
        return appendVisibly(new StringBuilder(text.length() + 2), text).toString();
    }

    /// Appends `text` in quotes, likewise.
    static StringBuilder appendVisibly(StringBuilder out, String text) {
        return append(out, text, JsonString::isHidden);
    }

    /// Whether a character acts on its surroundings without being seen itself: controls, line and paragraph
    /// separators, what turns the direction of writing or has no width, halves of a character.
    public static boolean isHidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static StringBuilder append(StringBuilder out, String text, IntPredicate isEscaped) {
        out.append('"');
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            appendPoint(out, point, isEscaped);
        }
        return out.append('"');
    }

    private static void appendPoint(StringBuilder out, int point, IntPredicate isEscaped) {
        switch (point) {
            case '"', '\\' -> out.append('\\').appendCodePoint(point);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (!isEscaped.test(point)) {
                    out.appendCodePoint(point);
                } else if (Character.isBmpCodePoint(point)) {
                    appendEscape(out, (char) point);
                } else {
                    appendEscape(out, Character.highSurrogate(point));
                    appendEscape(out, Character.lowSurrogate(point));
                }
            }
        }
    }

    private static void appendEscape(StringBuilder out, char unit) {
        out.append("\\u")
                .append(HEX.charAt(unit >> 12))
                .append(HEX.charAt(unit >> 8 & 15))
                .append(HEX.charAt(unit >> 4 & 15))
                .append(HEX.charAt(unit & 15));
    }

    private static boolean isDamaged(int point) {
        return point < 0x20 || isLoneSurrogate(point);
    }

    private static boolean isLoneSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}

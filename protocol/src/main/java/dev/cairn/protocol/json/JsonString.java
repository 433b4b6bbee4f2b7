package dev.cairn.protocol.json;

/// Writes text as a JSON string, in the canonical spelling of the audit dialect (`specs/audit-relay.md` 3.1).
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
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(unit).append(text.charAt(++i));
            } else {
                appendUnit(out, unit);
            }
        }
        return out.append('"');
    }

    private static void appendUnit(StringBuilder out, char unit) {
        switch (unit) {
            case '"', '\\' -> out.append('\\').append(unit);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (unit < 0x20 || Character.isSurrogate(unit)) {
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
}

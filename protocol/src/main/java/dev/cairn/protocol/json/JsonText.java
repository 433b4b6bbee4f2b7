package dev.cairn.protocol.json;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Writes one JSON object as a line of text, members in the order given: for answers, logs and what a command prints.
/// The hot path and everything that is hashed has [CanonicalJson].
public final class JsonText {

    private final StringBuilder text = new StringBuilder("{");

    public static JsonText object() {
        return new JsonText();
    }

    private JsonText() {}

    public JsonText put(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            text.append("null");
        } else {
            quote(value, text);
        }
        return this;
    }

    public JsonText put(String name, long value) {
        name(name).append(value);
        return this;
    }

    public JsonText put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    public JsonText put(String name, JsonText value) {
        name(name).append(value);
        return this;
    }

    public JsonText put(String name, Collection<String> values) {
        name(name).append('[');
        String separator = "";
        for (String value : values) {
            text.append(separator);
            quote(value, text);
            separator = ",";
        }
        text.append(']');
        return this;
    }

    /// Puts a value that is JSON text already.
    public JsonText putRaw(String name, String json) {
        name(name).append(json);
        return this;
    }

    /// `value` as a JSON string, quotes included.
    public static String quote(String value) {
        StringBuilder quoted = new StringBuilder(value.length() + 2);
        quote(value, quoted);
        return quoted.toString();
    }

    /// Appends `value` as a JSON string that stays on one line and shows nothing hidden: control characters,
    /// line and paragraph separators and unpaired surrogates are escaped.
    public static void quote(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            switch (unit) {
                case '"', '\\' -> out.append('\\').append(unit);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isHidden(unit) || (Character.isSurrogate(unit) && !isPaired(value, i))) {
                        out.append(String.format("\\u%04x", (int) unit));
                    } else {
                        out.append(unit);
                    }
                }
            }
        }
        out.append('"');
    }

    /// The finished line, without a newline.
    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name, text);
        return text.append(':');
    }

    private static boolean isHidden(char unit) {
        return unit < 0x20 || (unit >= 0x7F && unit < 0xA0) || unit == 0x2028 || unit == 0x2029;
    }

    private static boolean isPaired(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}

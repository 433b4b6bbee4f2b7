package dev.cairn.loadtest;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Writes one JSON object, member by member.
final class JsonWriter {

    private final StringBuilder text = new StringBuilder("{");

    /// An object of what `members` puts into it.
    static String object(Consumer<JsonWriter> members) {
        JsonWriter writer = new JsonWriter();
        members.accept(writer);
        return writer.text.append('}').toString();
    }

    JsonWriter put(String name, String value) {
        return raw(name, quoted(value));
    }

    JsonWriter put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    JsonWriter put(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /// Numbers with a fraction are written with three digits of it; what is no number is `null`.
    JsonWriter put(String name, double value) {
        return raw(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
    }

    JsonWriter put(String name, Consumer<JsonWriter> members) {
        return raw(name, object(members));
    }

    JsonWriter putTexts(String name, List<String> values) {
        return putAll(name, values.stream().map(JsonWriter::quoted).toList());
    }

    /// An array of JSON texts.
    JsonWriter putAll(String name, List<String> values) {
        return raw(name, '[' + String.join(",", values) + ']');
    }

    private JsonWriter raw(String name, String value) {
        text.append(text.length() > 1 ? "," : "")
                .append(quoted(name))
                .append(':')
                .append(value);
        return this;
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

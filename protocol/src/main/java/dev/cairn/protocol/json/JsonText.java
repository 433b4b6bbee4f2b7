package dev.cairn.protocol.json;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Writes one JSON object as a line of text that shows nothing hidden, members in the order given: for
/// answers, logs and what a command prints. The hot path and everything that is hashed has [CanonicalJson].
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
            JsonString.appendVisibly(text, value);
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
            JsonString.appendVisibly(text, value);
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

    /// The finished line, without a newline.
    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        JsonString.appendVisibly(text, name);
        return text.append(':');
    }
}

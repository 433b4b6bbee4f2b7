package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One JSON object that was read, for commands: members by name, absent ones as null.
final class JsonObject {

    private final JsonTape tape;
    private final int node;

    private JsonObject(JsonTape tape, int node) {
        this.tape = tape;
        this.node = node;
    }

    /// @throws IllegalArgumentException if it is no JSON object
    static JsonObject parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static JsonObject parse(byte[] json) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(json, 0, json.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw new IllegalArgumentException("expected a JSON object");
        }
        return new JsonObject(tape, 0);
    }

    @Nullable
    String text(String name) {
        int value = tape.member(node, name);
        return value >= 0 && tape.is(value, JsonKind.STRING) ? tape.text(value) : null;
    }

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    @Nullable
    Long number(String name) {
        int value = tape.member(node, name);
        return value >= 0 && tape.is(value, JsonKind.NUMBER) ? (long) tape.number(value) : null;
    }

    long number(String name, long otherwise) {
        Long number = number(name);
        return number == null ? otherwise : number;
    }

    boolean isTrue(String name) {
        int value = tape.member(node, name);
        return value >= 0 && tape.is(value, JsonKind.TRUE);
    }

    @Nullable
    JsonObject object(String name) {
        int value = tape.member(node, name);
        return value >= 0 && tape.is(value, JsonKind.OBJECT) ? new JsonObject(tape, value) : null;
    }

    /// A member's text as it was read, whatever it is.
    @Nullable
    String raw(String name) {
        int value = tape.member(node, name);
        return value < 0 ? null : textOf(value);
    }

    /// The object's text as it was read.
    String raw() {
        return textOf(node);
    }

    List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        int array = tape.member(node, name);
        if (array >= 0 && tape.is(array, JsonKind.ARRAY)) {
            for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
                if (tape.is(item, JsonKind.OBJECT)) {
                    objects.add(new JsonObject(tape, item));
                }
            }
        }
        return objects;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        int array = tape.member(node, name);
        if (array >= 0 && tape.is(array, JsonKind.ARRAY)) {
            for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
                if (tape.is(item, JsonKind.STRING)) {
                    texts.add(tape.text(item));
                }
            }
        }
        return texts;
    }

    private String textOf(int value) {
        int start = tape.start(value);
        return new String(tape.source(), start, tape.end(value) - start, StandardCharsets.UTF_8);
    }
}

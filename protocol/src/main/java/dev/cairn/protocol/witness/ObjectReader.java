package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import org.jspecify.annotations.Nullable;

/// Reads the members of one JSON object, strictly: every complaint is an [IllegalArgumentException] that
/// names the member and never shows what it holds.
record ObjectReader(JsonTape tape, int object) {

    private static final double EXACT_MAX = 0x1p53;

    /// The object that `text` is.
    static ObjectReader parse(byte[] text) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(text, 0, text.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw new IllegalArgumentException("expected an object, nested at most " + JsonTape.DEPTH_MAX + " levels");
        }
        return new ObjectReader(tape, 0);
    }

    boolean has(String name) {
        return tape.member(object, name) >= 0;
    }

    /// A string that is not empty.
    String text(String name, int unitsMax) {
        String text = textOrEmpty(name, unitsMax);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + ": expected text of 1 to " + unitsMax + " characters");
        }
        return text;
    }

    /// A string; empty when the member is absent.
    String textOrEmpty(String name, int unitsMax) {
        int value = tape.member(object, name);
        if (value < 0) {
            return "";
        }
        String text = tape.is(value, JsonKind.STRING) ? tape.text(value) : null;
        if (text == null || text.length() > unitsMax) {
            throw new IllegalArgumentException(name + ": expected text of at most " + unitsMax + " characters");
        }
        return text;
    }

    /// A string, where anything else counts as absent.
    @Nullable
    String textIfAny(String name) {
        int value = tape.member(object, name);
        return value >= 0 && tape.is(value, JsonKind.STRING) ? tape.text(value) : null;
    }

    long count(String name) {
        int value = tape.member(object, name);
        double number = value >= 0 && tape.is(value, JsonKind.NUMBER) ? tape.number(value) : -1;
        if (number < 0 || number >= EXACT_MAX || number != Math.rint(number)) {
            throw new IllegalArgumentException(name + ": expected a whole number from 0 to 2^53 - 1");
        }
        return (long) number;
    }

    boolean flag(String name) {
        int value = tape.member(object, name);
        if (value < 0 || !(tape.is(value, JsonKind.TRUE) || tape.is(value, JsonKind.FALSE))) {
            throw new IllegalArgumentException(name + ": expected true or false");
        }
        return tape.is(value, JsonKind.TRUE);
    }

    Hash hash(String name) {
        String text = textOrEmpty(name, Hash.TEXT_LENGTH);
        if (!Hash.isHash(text)) {
            throw new IllegalArgumentException(name + ": expected sha256: and 64 lower-case hex digits");
        }
        return new Hash(text);
    }

    ObjectReader inner(String name) {
        int value = tape.member(object, name);
        if (value < 0 || !tape.is(value, JsonKind.OBJECT)) {
            throw new IllegalArgumentException(name + ": expected an object");
        }
        return new ObjectReader(tape, value);
    }

    /// The text of the object itself, as it was sent.
    String source() {
        int start = tape.start(object);
        return new String(tape.source(), start, tape.end(object) - start, UTF_8);
    }
}

package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.EcmaNumber;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.json.JsonTape;
import java.util.HexFormat;

/// What a client sent, made fit to be shown to people in an answer or a log: short, and without characters
/// that steer a terminal.
public final class ClientText {

    /// The longest text that is shown whole, in UTF-16 units.
    public static final int LENGTH_MAX = 200;

    private ClientText() {}

    /// The first [#LENGTH_MAX] units of `text`, control and format characters and unpaired surrogates as
    /// visible escapes.
    public static String show(String text) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(text.length(), LENGTH_MAX);
        for (int at = 0; at < end; ) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            if (JsonString.isHidden(point)) {
                shown.append("\\u").append(HexFormat.of().toHexDigits(point, point > 0xFFFF ? 6 : 4));
            } else {
                shown.appendCodePoint(point);
            }
        }
        return shown.append(text.length() > LENGTH_MAX ? "…" : "").toString();
    }

    /// A value as a JavaScript programmer would expect to see it in a sentence; containers by their kind only.
    static String show(JsonTape tape, int node) {
        return switch (tape.kind(node)) {
            case STRING -> show(tape.text(node));
            case NUMBER -> show(number(tape.number(node)));
            default -> kind(tape, node);
        };
    }

    /// The name of a value's type as in `Expected string, received number`; literals other than `null` are
    /// booleans there.
    static String type(JsonTape tape, int node) {
        return tape.is(node, JsonKind.TRUE) || tape.is(node, JsonKind.FALSE) ? "boolean" : kind(tape, node);
    }

    private static String kind(JsonTape tape, int node) {
        return switch (tape.kind(node)) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE -> "true";
            case FALSE -> "false";
            case NULL -> "null";
        };
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? String.valueOf(value) : EcmaNumber.toText(value);
    }
}

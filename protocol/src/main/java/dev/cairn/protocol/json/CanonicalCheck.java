package dev.cairn.protocol.json;

import java.util.Arrays;

/// Tells whether text is canonical by the audit dialect (`specs/audit-relay.md` 3.1) as it stands, so that it can be
/// hashed where it lies instead of being written anew. Never says yes to a text that [CanonicalJson] would write
/// otherwise.
///
/// The caller sees to it that the tape is not deeper than [JsonTape#DEPTH_MAX].
public final class CanonicalCheck {

    /// The text has white space, or a value in another spelling than the canonical one.
    public static final int NOT_CANONICAL = -1;

    private CanonicalCheck() {}

    /// Whether the text of `node` is canonical.
    public static boolean isCanonical(JsonTape tape, int node) {
        return switch (tape.kind(node)) {
            case OBJECT -> sortedUntil(tape, node) == tape.next(node);
            case ARRAY -> isArray(tape, node);
            case STRING -> isString(tape, node);
            case NUMBER -> isNumber(tape, node);
            case TRUE, FALSE, NULL -> true;
        };
    }

    /// The first key of `object` that is out of order, where all else is canonical: the node behind the object
    /// when none is, [#NOT_CANONICAL] when something else is not.
    public static int sortedUntil(JsonTape tape, int object) {
        int end = tape.next(object);
        int unsorted = end;
        int previous = -1;
        int at = tape.start(object) + 1;
        for (int key = object + 1; key < end; key = tape.next(key + 1)) {
            int value = key + 1;
            boolean tight = tape.start(key) == at && tape.start(value) == tape.end(key) + 1;
            if (!tight || !isString(tape, key) || !isCanonical(tape, value)) {
                return NOT_CANONICAL;
            }
            if (unsorted == end && previous >= 0 && !isBefore(tape, previous, key)) {
                unsorted = key;
            }
            previous = key;
            at = tape.end(value) + 1;
        }
        int last = end == object + 1 ? at + 1 : at; // Behind the last value comes the brace at once.
        return tape.end(object) == last ? unsorted : NOT_CANONICAL;
    }

    private static boolean isBefore(JsonTape tape, int left, int right) {
        if (((tape.flags(left) | tape.flags(right)) & (JsonTape.ESCAPED | JsonTape.NON_ASCII)) != 0) {
            return tape.text(left).compareTo(tape.text(right)) < 0;
        }
        byte[] source = tape.source();
        return Arrays.compareUnsigned(
                        source,
                        tape.start(left) + 1,
                        tape.end(left) - 1,
                        source,
                        tape.start(right) + 1,
                        tape.end(right) - 1)
                < 0;
    }

    private static boolean isArray(JsonTape tape, int array) {
        int end = tape.next(array);
        int at = tape.start(array) + 1;
        for (int item = array + 1; item < end; item = tape.next(item)) {
            if (tape.start(item) != at || !isCanonical(tape, item)) {
                return false;
            }
            at = tape.end(item) + 1;
        }
        return tape.end(array) == (end == array + 1 ? at + 1 : at);
    }

    private static boolean isNumber(JsonTape tape, int number) {
        if ((tape.flags(number) & JsonTape.PLAIN) != 0) {
            return true;
        }
        double value = tape.number(number);
        if (Double.isInfinite(value)) {
            return false;
        }
        String text = EcmaNumber.toText(value);
        int start = tape.start(number);
        if (text.length() != tape.end(number) - start) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (tape.source()[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isString(JsonTape tape, int string) {
        if ((tape.flags(string) & JsonTape.ESCAPED) == 0) {
            return true;
        }
        byte[] source = tape.source();
        int end = tape.end(string) - 1;
        int at = tape.start(string) + 1;
        while (at < end) {
            if (source[at] != '\\') {
                at++;
            } else if (source[at + 1] == '/') {
                return false;
            } else if (source[at + 1] != 'u') {
                at += 2;
            } else if (isHexEscape(source, at, end)) {
                at += 6;
            } else {
                return false;
            }
        }
        return true;
    }

    /// Only what has no other spelling is written so: control characters without a short escape, and unpaired
    /// surrogates.
    private static boolean isHexEscape(byte[] source, int at, int end) {
        for (int i = 2; i < 6; i++) {
            if (source[at + i] >= 'A' && source[at + i] <= 'F') {
                return false;
            }
        }
        char unit = JsonTape.unescaped(source, at);
        if (Character.isHighSurrogate(unit)) {
            int behind = at + 6;
            boolean paired = behind + 6 <= end
                    && source[behind] == '\\'
                    && source[behind + 1] == 'u'
                    && Character.isLowSurrogate(JsonTape.unescaped(source, behind));
            return !paired;
        }
        return Character.isLowSurrogate(unit) || (unit < 0x20 && "\b\t\n\f\r".indexOf(unit) < 0);
    }
}

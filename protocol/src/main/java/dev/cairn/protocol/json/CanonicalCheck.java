package dev.cairn.protocol.json;

import java.util.Arrays;

/// Tells whether text is canonical by the audit dialect (`specs/audit-relay.md` 3.1) as it stands, so that it
/// can be hashed where it lies instead of being written anew. Never says yes to a text that [CanonicalJson]
/// would write otherwise.
///
/// The caller sees to it that the tape is not deeper than [JsonTape#DEPTH_MAX].
@SuppressWarnings("EnumOrdinal") // As the tape keeps it, so that the common case is one comparison.
public final class CanonicalCheck {

    /// The text has white space, or a value in another spelling than the canonical one.
    public static final int NOT_CANONICAL = -1;

    private static final int KIND = 0xFF;
    private static final int STRING = JsonKind.STRING.ordinal();

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

    /// The first key of `object` that is out of order, where all else is canonical: the node behind the
    /// object when none is, [#NOT_CANONICAL] when something else is not.
    public static int sortedUntil(JsonTape tape, int object) {
        int end = tape.next(object);
        int unsorted = end;
        int previous = -1;
        long previousPrefix = 0;
        int at = tape.start(object) + 1;
        for (int key = object + 1; key < end; key = tape.next(key + 1)) {
            int value = key + 1;
            int start = tape.start(key);
            boolean tight = start == at && tape.start(value) == tape.end(key) + 1;
            if (!tight || !isWritten(tape, key) || !isWritten(tape, value)) {
                return NOT_CANONICAL;
            }
            long prefix = tape.prefix(key);
            if (unsorted == end && previous >= 0 && !isBefore(tape, previous, previousPrefix, key, prefix)) {
                unsorted = key;
            }
            previous = key;
            previousPrefix = prefix;
            at = tape.end(value) + 1;
        }
        int last = end == object + 1 ? at + 1 : at; // Behind the last value comes the brace at once.
        return tape.end(object) == last ? unsorted : NOT_CANONICAL;
    }

    /// The short way to [#isCanonical] for the values that need no look at their text.
    private static boolean isWritten(JsonTape tape, int node) {
        return (tape.flags(node) & (KIND | JsonTape.ESCAPED)) == STRING || isCanonical(tape, node);
    }

    private static boolean isBefore(JsonTape tape, int left, long leftPrefix, int right, long rightPrefix) {
        if (((tape.flags(left) | tape.flags(right)) & (JsonTape.ESCAPED | JsonTape.NON_ASCII)) != 0) {
            return tape.text(left).compareTo(tape.text(right)) < 0;
        }
        if (leftPrefix != rightPrefix) {
            return leftPrefix < rightPrefix; // ASCII: the sign bit is never set.
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
        if (isShortDecimal(tape.source(), tape.start(number), tape.end(number))) {
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

    /// Whether the number is a plain decimal of at most 15 digits without a superfluous zero: no other such
    /// decimal is the same double, so none is shorter.
    private static boolean isShortDecimal(byte[] source, int start, int end) {
        int digits = source[start] == '-' ? start + 1 : start;
        int point = digits;
        while (point < end && source[point] != '.') {
            if (source[point] > '9') {
                return false; // An exponent.
            }
            point++;
        }
        int at = point + 1;
        while (at < end && source[at] >= '0' && source[at] <= '9') {
            at++;
        }
        if (at != end || point >= end - 1 || end - digits > 16 || source[end - 1] == '0') {
            return false;
        }
        return source[digits] != '0' || source[point + 1] != '0'; // What is tiny may have an exponent.
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

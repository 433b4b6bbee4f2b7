package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a struct of the peer, and when it survives being read and written again.
///
/// @param isAlways whether it is written even when it was absent
/// @param isKeptEmpty whether it is written when it is empty text or zero
/// @param items what it holds if it is an object, or a list of them; null if it is neither
record StructMember(
        String name,
        Form form,
        boolean isAlways,
        boolean isKeptEmpty,
        @Nullable StructShape items) {

    /// What a member's value must be.
    enum Form {
        TEXT,
        TEXT_OR_NULL,
        TEXTS,
        FLAG,
        TRUE,
        INT_32,
        UNSIGNED_32,
        INT_64,
        OBJECT,
        OBJECTS,
        ANY
    }

    private static final int LONG_DIGITS_MAX = 20;

    static StructMember always(String name, Form form) {
        return new StructMember(name, form, true, true, null);
    }

    static StructMember always(String name, StructShape object) {
        return new StructMember(name, Form.OBJECT, true, true, object);
    }

    /// A list of objects of one shape.
    static StructMember always(String name, List<StructShape> item) {
        return new StructMember(name, Form.OBJECTS, true, true, item.getFirst());
    }

    /// A member that is written if it is neither absent nor empty.
    static StructMember given(String name, Form form) {
        return new StructMember(name, form, false, false, null);
    }

    /// A member that is written if it is not absent.
    static StructMember present(String name, Form form) {
        return new StructMember(name, form, false, true, null);
    }

    static StructMember present(String name, StructShape object) {
        return new StructMember(name, Form.OBJECT, false, true, object);
    }

    /// Why the value would be lost or changed, as what follows the member's name; null if it survives.
    @Nullable
    String problem(JsonTape tape, int value) {
        return switch (form) {
            case ANY -> null;
            case TEXT -> text(tape, value);
            case TEXT_OR_NULL -> tape.is(value, JsonKind.NULL) ? null : text(tape, value);
            case TEXTS -> texts(tape, value);
            case FLAG ->
                tape.is(value, JsonKind.TRUE) || tape.is(value, JsonKind.FALSE) ? null : " is neither true nor false";
            case TRUE -> tape.is(value, JsonKind.TRUE) ? null : " is not true";
            case INT_32 -> integer(tape, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case UNSIGNED_32 -> integer(tape, value, 0, 0xFFFF_FFFFL);
            case INT_64 -> integer(tape, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case OBJECT -> object(tape, value);
            case OBJECTS -> objects(tape, value);
        };
    }

    private @Nullable String text(JsonTape tape, int value) {
        if (!tape.is(value, JsonKind.STRING)) {
            return " is no string";
        }
        return isKeptEmpty || tape.end(value) - tape.start(value) > 2 ? null : " is empty";
    }

    private static @Nullable String texts(JsonTape tape, int value) {
        if (!tape.is(value, JsonKind.ARRAY)) {
            return " is no list";
        }
        for (int item = tape.firstChild(value); item < tape.next(value); item = tape.next(item)) {
            if (!tape.is(item, JsonKind.STRING)) {
                return " is no list of strings";
            }
        }
        return null;
    }

    private @Nullable String integer(JsonTape tape, int value, long min, long max) {
        int size = tape.end(value) - tape.start(value);
        if (!tape.is(value, JsonKind.NUMBER) || size > LONG_DIGITS_MAX) {
            return " is no integer";
        }
        try {
            long number =
                    Long.parseLong(new String(tape.source(), tape.start(value), size, StandardCharsets.ISO_8859_1));
            if (number < min || number > max) {
                return " is out of range";
            }
            return isKeptEmpty || number != 0 ? null : " is zero";
        } catch (NumberFormatException _) {
            return " is no integer";
        }
    }

    private @Nullable String object(JsonTape tape, int value) {
        if (!tape.is(value, JsonKind.OBJECT) || items == null) {
            return " is no object";
        }
        String lost = items.firstLost(tape, value);
        return lost == null ? statusProblem(tape, value) : "." + lost;
    }

    /// The one rule between two members: a chain's status stands beside `terminal` only, and is one of two
    /// words.
    private @Nullable String statusProblem(JsonTape tape, int value) {
        int status = name.equals("chain") ? tape.member(value, "status") : -1;
        if (status < 0) {
            return null;
        }
        boolean isLegal =
                tape.textEquals(status, ReceiptLink.COMPLETE) || tape.textEquals(status, ReceiptLink.INTERRUPTED);
        return isLegal && tape.member(value, "terminal") >= 0 ? null : ".status is not legal there";
    }

    private @Nullable String objects(JsonTape tape, int value) {
        if (!tape.is(value, JsonKind.ARRAY)) {
            return " is no list";
        }
        for (int item = tape.firstChild(value); item < tape.next(value); item = tape.next(item)) {
            String problem = object(tape, item);
            if (problem != null) {
                return "[]" + problem;
            }
        }
        return null;
    }
}

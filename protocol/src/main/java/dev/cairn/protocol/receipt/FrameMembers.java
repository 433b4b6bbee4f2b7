package dev.cairn.protocol.receipt;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.LoneSurrogates;
import dev.cairn.protocol.json.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The members of one frame, decoded: every text valid Unicode, the last of duplicates, `null` as absent
/// (`specs/receipts.md` 1.4, "Decoding").
///
/// Reusable: each [#read] replaces the last. Not thread-safe.
final class FrameMembers {

    static final int V = 0;
    static final int TS_EMIT = 1;
    static final int SESSION_ID = 2;
    static final int CHANNEL = 3;
    static final int ACTION_TYPE = 4;
    static final int ERROR = 5;
    static final int DECISION = 6;
    static final int ISSUER_NAME = 7;
    static final int ISSUER_MODEL = 8;
    static final int OPERATOR_ID = 9;
    static final int OPERATOR_NAME = 10;
    static final int IDEMPOTENCY_KEY = 11;
    static final int CORRELATION_ID = 12;
    static final int AGENT_ID = 13;
    static final int AGENT_TYPE = 14;
    static final int MODEL = 15;
    static final int CAPTURE_METHOD = 16;
    static final int TARGET_SYSTEM = 17;
    static final int TARGET_RESOURCE = 18;
    static final int PROMPT_PREVIEW = 19;

    /// The members before this one are texts.
    private static final int TEXTS = 20;

    private static final int TOOL = 20;
    private static final int DROP_COUNT = 21;
    static final int INPUT = 22;
    static final int OUTPUT = 23;
    static final int USAGE = 24;

    private static final Words NAMES = Words.of(
            "v",
            "ts_emit",
            "session_id",
            "channel",
            "action_type",
            "error",
            "decision",
            "issuer_name",
            "issuer_model",
            "operator_id",
            "operator_name",
            "idempotency_key",
            "correlation_id",
            "agent_id",
            "agent_type",
            "model",
            "capture_method",
            "target_system",
            "target_resource",
            "prompt_preview",
            "tool",
            "drop_count",
            "input",
            "output",
            "usage");

    /// Where a member is absent.
    static final int ABSENT = -1;

    private static final int LONG_DIGITS = 20;

    private final JsonTape tape = new JsonTape();
    private final int[] values = new int[NAMES.all().size()];
    private final String[] texts = new String[TEXTS];
    private Frame.Tool tool = new Frame.Tool("", "");
    private long dropCount;

    static String name(int member) {
        return NAMES.all().get(member);
    }

    /// Decodes the frame `body[from, to)`.
    ///
    /// @throws RefusedFrameException if it is no JSON object, or a member of it is of another type than it
    /// should
    void read(byte[] body, int from, int to) {
        parse(body, from, to);
        find();
        for (int member = 0; member < TEXTS; member++) {
            texts[member] = text(values[member], name(member));
        }
        tool = readTool();
        dropCount = readDropCount();
    }

    JsonTape tape() {
        return tape;
    }

    /// Lets go of what was read.
    void forget() {
        tape.forget();
        Arrays.fill(texts, "");
        tool = new Frame.Tool("", "");
        dropCount = 0;
    }

    /// A text, empty if it is absent.
    String text(int member) {
        return texts[member];
    }

    Frame.Tool tool() {
        return tool;
    }

    long dropCount() {
        return dropCount;
    }

    /// The node of a member's value; [#ABSENT] when there is none.
    int value(int member) {
        return values[member];
    }

    private void parse(byte[] body, int from, int to) {
        try {
            tape.parse(LoneSurrogates.replaced(body, from, to), from, to);
        } catch (JsonSyntaxException _) {
            throw new RefusedFrameException("not JSON");
        }
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            throw new RefusedFrameException("nested deeper than " + JsonTape.DEPTH_MAX + " levels");
        }
    }

    private void find() {
        Arrays.fill(values, ABSENT);
        if (tape.is(0, JsonKind.NULL)) {
            return; // As absent as everything in it.
        }
        if (!tape.is(0, JsonKind.OBJECT)) {
            throw new RefusedFrameException("not an object");
        }
        int end = tape.next(0);
        for (int key = tape.firstChild(0); key < end; key = tape.next(key + 1)) {
            int member = NAMES.indexOf(tape, key);
            if (member >= 0) {
                values[member] = tape.is(key + 1, JsonKind.NULL) ? ABSENT : key + 1;
            }
        }
    }

    private String text(int node, String name) {
        if (node == ABSENT) {
            return "";
        }
        if (!tape.is(node, JsonKind.STRING)) {
            throw new RefusedFrameException(name + " is of a wrong type");
        }
        return tape.text(node);
    }

    private Frame.Tool readTool() {
        int node = values[TOOL];
        if (node == ABSENT) {
            return new Frame.Tool("", "");
        }
        if (!tape.is(node, JsonKind.OBJECT)) {
            throw new RefusedFrameException("tool is of a wrong type");
        }
        return new Frame.Tool(toolText(node, "server"), toolText(node, "name"));
    }

    private String toolText(int object, String member) {
        int node = tape.member(object, member);
        return node == ABSENT || tape.is(node, JsonKind.NULL) ? "" : text(node, "tool." + member);
    }

    private long readDropCount() {
        int node = values[DROP_COUNT];
        if (node == ABSENT) {
            return 0;
        }
        int start = tape.start(node);
        int length = tape.end(node) - start;
        if (tape.is(node, JsonKind.NUMBER) && length <= LONG_DIGITS) {
            String literal = new String(tape.source(), start, length, StandardCharsets.ISO_8859_1);
            try {
                return Long.parseLong(literal);
            } catch (NumberFormatException _) {
                // A fraction, an exponent, or too large: refused below.
            }
        }
        throw new RefusedFrameException("drop_count is no integer of 64 bits");
    }
}

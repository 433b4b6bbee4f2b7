package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;

/// JSON as people read it: a member a line. Only white space outside strings changes; text that is no JSON, or nested
/// deeper than [JsonTape#DEPTH_MAX], stays as it is.
final class IndentedJson {

    private static final String STEP = "  ";

    /// Whatever is deeper is no longer indented further: white space could be hundreds of times the text.
    private static final int STEPS_MAX = 16;

    private final StringBuilder out;
    private int depth;
    private boolean isInString;
    private boolean isEscaped;

    private IndentedJson(int length) {
        out = new StringBuilder(length + length / 2);
    }

    static String of(String json) {
        if (!isReadable(json.getBytes(UTF_8))) {
            return json;
        }
        IndentedJson indented = new IndentedJson(json.length());
        for (int i = 0; i < json.length(); i++) {
            indented.take(json.charAt(i));
        }
        return indented.out.toString();
    }

    private static boolean isReadable(byte[] json) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(json, 0, json.length);
            return tape.depth() <= JsonTape.DEPTH_MAX;
        } catch (JsonSyntaxException _) {
            return false;
        }
    }

    private void take(char unit) {
        if (isInString) {
            out.append(unit);
            isInString = isEscaped || unit != '"';
            isEscaped = !isEscaped && unit == '\\';
            return;
        }
        switch (unit) {
            case ' ', '\t', '\n', '\r' -> {}
            case '{', '[' -> {
                begin();
                out.append(unit);
                depth++;
            }
            case '}', ']' -> close(unit);
            case ',' -> out.append(unit);
            case ':' -> out.append(": ");
            default -> {
                begin();
                out.append(unit);
                isInString = unit == '"';
            }
        }
    }

    /// A value or a member begins, or a number or word goes on.
    private void begin() {
        char last = out.isEmpty() ? ' ' : out.charAt(out.length() - 1);
        if (last == '{' || last == '[' || last == ',') {
            newLine();
        }
    }

    private void close(char unit) {
        depth--;
        char last = out.charAt(out.length() - 1);
        if (last != '{' && last != '[') {
            newLine();
        }
        out.append(unit);
    }

    private void newLine() {
        out.append('\n').append(STEP.repeat(Math.min(depth, STEPS_MAX)));
    }
}

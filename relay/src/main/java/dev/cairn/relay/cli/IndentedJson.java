package dev.cairn.relay.cli;

/// JSON as people read it: a member a line. Only white space changes; what is no JSON comes out all the same.
final class IndentedJson {

    private static final String STEP = "  ";

    private final StringBuilder out;
    private int depth;
    private boolean isInString;
    private boolean isEscaped;

    private IndentedJson(int length) {
        out = new StringBuilder(length + length / 2);
    }

    static String of(String json) {
        IndentedJson indented = new IndentedJson(json.length());
        for (int i = 0; i < json.length(); i++) {
            indented.take(json.charAt(i));
        }
        return indented.out.toString();
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
        depth = Math.max(0, depth - 1);
        char last = out.isEmpty() ? ' ' : out.charAt(out.length() - 1);
        if (last != '{' && last != '[') {
            newLine();
        }
        out.append(unit);
    }

    private void newLine() {
        out.append('\n').append(STEP.repeat(depth));
    }
}

package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.Words;
import java.util.stream.Collectors;

/// What is wrong with an event, collected as text. After [#COUNT_MAX] issues it stops listing: an answer stays short.
final class SchemaIssues {

    static final int COUNT_MAX = 16;

    private final StringBuilder text = new StringBuilder();
    private int count;

    void missing(String path) {
        add(path, "Required");
    }

    void expected(String path, String type, String received) {
        add(path, "Expected " + type + ", received " + received);
    }

    void expectedChoice(String path, Words choices, String receivedType) {
        expected(path, list(choices), receivedType);
    }

    void notAChoice(String path, Words choices, String received) {
        add(path, "Invalid enum value. Expected " + list(choices) + ", received '" + received + "'");
    }

    /// Adds an issue at a dot-joined path, empty for the event itself.
    void add(String path, String message) {
        count++;
        if (count <= COUNT_MAX) {
            text.append(count > 1 ? ", " : "").append(path).append(": ").append(message);
        } else if (count == COUNT_MAX + 1) {
            text.append(", …");
        }
    }

    boolean isFull() {
        return count > COUNT_MAX;
    }

    /// The text so far, empty if there was no issue; forgets it.
    String take() {
        if (count == 0) {
            return "";
        }
        String taken = text.toString();
        text.setLength(0);
        count = 0;
        return taken;
    }

    private static String list(Words choices) {
        return choices.all().stream().map(choice -> "'" + choice + "'").collect(Collectors.joining(" | "));
    }
}

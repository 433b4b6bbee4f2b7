package dev.cairn.relay.cli;

/// Colours on a terminal, plain text elsewhere.
enum Style {
    COLOURED,
    PLAIN;

    String bold(String text) {
        return paint("1", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String warning(String text) {
        return paint("33", text);
    }

    String bad(String text) {
        return paint("31", text);
    }

    private String paint(String code, String text) {
        return this == COLOURED ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}

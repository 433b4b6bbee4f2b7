package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;

/// What one look around the relay found, in the words of `specs/receipts.md` 8.8.
///
/// @param remedy what to do about it; empty when nothing is to be done
record Finding(String check, Grade grade, String text, String remedy) {

    enum Grade {
        GOOD("ok"),
        WARNING("warn"),
        FAILED("fail");

        private final String word;

        Grade(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static Finding good(String check, String text) {
        return new Finding(check, Grade.GOOD, text, "");
    }

    static Finding warning(String check, String text, String remedy) {
        return new Finding(check, Grade.WARNING, text, remedy);
    }

    static Finding failed(String check, String text, String remedy) {
        return new Finding(check, Grade.FAILED, text, remedy);
    }

    JsonText toJson() {
        JsonText json = JsonText.object()
                .put("check", check)
                .put("status", grade.word())
                .put("reason", text);
        return remedy.isEmpty() ? json : json.put("fix", remedy);
    }
}

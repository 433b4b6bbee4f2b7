package dev.cairn.relay.cli;

import java.util.Locale;

/// What one look around the relay found.
///
/// @param remedy what to do about it; empty when nothing is to be done
record Finding(String check, Grade grade, String text, String remedy) {

    enum Grade {
        GOOD,
        WARNING,
        FAILED;

        String word() {
            return this == GOOD ? "ok" : name().toLowerCase(Locale.ROOT);
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
}

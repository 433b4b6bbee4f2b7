package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The form of an event's `timestamp`: `YYYY-MM-DDTHH:MM[:SS[.fraction]]Z`, with a date that exists.
public final class UtcDatetime {

    private static final String PATTERN = "0000-00-00T00:00";

    private UtcDatetime() {}

    /// Whether `text` has that form.
    public static boolean isValid(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return isValid(bytes, 0, bytes.length);
    }

    /// Whether `text[from, to)` has that form.
    static boolean isValid(byte[] text, int from, int to) {
        if (to - from <= PATTERN.length() || text[to - 1] != 'Z' || !hasPattern(text, from)) {
            return false;
        }
        int year = two(text, from) * 100 + two(text, from + 2);
        int month = two(text, from + 5);
        int day = two(text, from + 8);
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= daysIn(year, month)
                && two(text, from + 11) <= 23
                && two(text, from + 14) <= 59
                && isSeconds(text, from + PATTERN.length(), to - 1);
    }

    private static boolean hasPattern(byte[] text, int from) {
        for (int i = 0; i < PATTERN.length(); i++) {
            char expected = PATTERN.charAt(i);
            byte octet = text[from + i];
            if (expected == '0' ? octet < '0' || octet > '9' : octet != expected) {
                return false;
            }
        }
        return true;
    }

    /// Nothing, or `:SS`, or `:SS.` and at least one digit.
    private static boolean isSeconds(byte[] text, int from, int to) {
        if (from == to) {
            return true;
        }
        if (to - from < 3 || text[from] != ':' || !isDigits(text, from + 1, from + 3) || two(text, from + 1) > 59) {
            return false;
        }
        return to - from == 3 || (text[from + 3] == '.' && to - from > 4 && isDigits(text, from + 4, to));
    }

    private static boolean isDigits(byte[] text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (text[at] < '0' || text[at] > '9') {
                return false;
            }
        }
        return true;
    }

    private static int two(byte[] text, int at) {
        return (text[at] - '0') * 10 + text[at + 1] - '0';
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }
}

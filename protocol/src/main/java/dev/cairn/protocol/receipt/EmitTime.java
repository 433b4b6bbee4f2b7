package dev.cairn.protocol.receipt;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// Reads `ts_emit`: RFC 3339 with capital `T` and `Z`, a date that exists, no leap second
/// (`specs/receipts.md` 1.4).
final class EmitTime {

    private static final String PATTERN = "0000-00-00T00:00:00";
    private static final String OFFSET = "+00:00";
    private static final int NANO_DIGITS = 9;

    private EmitTime() {}

    /// The time that `text` tells, to the nanosecond; `null` when it is no time.
    static @Nullable Instant read(String text) {
        int zone = PATTERN.length();
        if (!hasPattern(text, 0, PATTERN)) {
            return null;
        }
        int nanos = 0;
        if (zone < text.length() && text.charAt(zone) == '.') {
            int from = zone + 1;
            zone = skipDigits(text, from);
            if (zone == from) {
                return null;
            }
            nanos = nanos(text, from, zone);
        }
        int offset = offsetSeconds(text, zone);
        if (offset == Integer.MIN_VALUE || two(text, 11) > 23 || two(text, 14) > 59 || two(text, 17) > 59) {
            return null;
        }
        return instant(text, offset, nanos);
    }

    private static @Nullable Instant instant(String text, int offset, int nanos) {
        try {
            LocalDate date = LocalDate.of(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
            long seconds = date.toEpochDay() * 86_400 + two(text, 11) * 3600L + two(text, 14) * 60L + two(text, 17);
            return Instant.ofEpochSecond(seconds - offset, nanos);
        } catch (DateTimeException _) {
            return null;
        }
    }

    private static int offsetSeconds(String text, int zone) {
        if (text.length() == zone + 1 && text.charAt(zone) == 'Z') {
            return 0;
        }
        if (text.length() != zone + OFFSET.length()) {
            return Integer.MIN_VALUE;
        }
        char sign = text.charAt(zone);
        if ((sign != '+' && sign != '-') || !hasPattern(text, zone + 1, "00:00")) {
            return Integer.MIN_VALUE;
        }
        int hours = two(text, zone + 1);
        int minutes = two(text, zone + 4);
        int seconds = hours * 3600 + minutes * 60;
        return hours > 23 || minutes > 59 ? Integer.MIN_VALUE : sign == '-' ? -seconds : seconds;
    }

    /// Whether `pattern`, whose zeros stand for digits, is what `text` has at `from`.
    private static boolean hasPattern(String text, int from, String pattern) {
        if (text.length() - from < pattern.length()) {
            return false;
        }
        for (int i = 0; i < pattern.length(); i++) {
            char expected = pattern.charAt(i);
            char unit = text.charAt(from + i);
            if (expected == '0' ? !isDigit(unit) : unit != expected) {
                return false;
            }
        }
        return true;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int nanos(String text, int from, int to) {
        int nanos = 0;
        for (int i = 0; i < NANO_DIGITS; i++) {
            nanos = nanos * 10 + (from + i < to ? text.charAt(from + i) - '0' : 0);
        }
        return nanos;
    }

    private static int two(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private static boolean isDigit(char unit) {
        return unit >= '0' && unit <= '9';
    }
}

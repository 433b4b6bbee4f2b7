package dev.cairn.protocol.audit;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/// Writes epoch milliseconds as ISO-8601 in UTC, `2026-01-31T23:59:59.999Z`; keeps the last text, as many
/// events share a millisecond.
///
/// Not thread-safe.
public final class UtcClockText {

    /// Characters of the text.
    public static final int LENGTH = 24;

    private static final long DAY = 86_400_000;
    private static final long YEAR_10000 = 253_402_300_800_000L;

    private final byte[] text = "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.ISO_8859_1);
    private long day = Long.MIN_VALUE;
    private long millis = Long.MIN_VALUE;

    /// The text of a time between 1970 and 9999. The array is reused.
    byte[] of(long epochMillis) {
        if (epochMillis == millis) {
            return text;
        }
        if (epochMillis < 0 || epochMillis >= YEAR_10000) {
            throw new IllegalArgumentException("not between 1970 and 9999: " + epochMillis + " ms");
        }
        if (epochMillis / DAY != day) {
            day = epochMillis / DAY;
            LocalDate date = LocalDate.ofEpochDay(day);
            put(0, date.getYear(), 4);
            put(5, date.getMonthValue(), 2);
            put(8, date.getDayOfMonth(), 2);
        }
        int inDay = (int) (epochMillis % DAY);
        put(11, inDay / 3_600_000, 2);
        put(14, inDay / 60_000 % 60, 2);
        put(17, inDay / 1000 % 60, 2);
        put(20, inDay % 1000, 3);
        millis = epochMillis;
        return text;
    }

    /// The text of a time between 1970 and 9999.
    public String text(long epochMillis) {
        return new String(of(epochMillis), StandardCharsets.ISO_8859_1);
    }

    private void put(int at, int number, int digits) {
        int rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}

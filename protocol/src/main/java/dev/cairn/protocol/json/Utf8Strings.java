package dev.cairn.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Scans the inside of JSON strings, eight bytes at a time where it can.
final class Utf8Strings {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Utf8Strings() {}

    static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    /// The high bit of the first byte of `word` that is a quote, a backslash, a control character or no
    /// ASCII; higher bits may be set without reason.
    static long stops(long word) {
        long quote = word ^ (ONES * '"');
        long backslash = word ^ (ONES * '\\');
        return ((quote - ONES & ~quote) | (backslash - ONES & ~backslash) | (word - ONES * 0x20 & ~word) | word)
                & HIGHS;
    }

    /// The position of the first such byte from `from` on.
    static int skipPlain(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long stops = stops(word(bytes, at));
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
        }
        while (at < to && bytes[at] >= 0x20 && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /// The position of the first backslash from `from` on, `to` if there is none.
    static int findBackslash(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long backslash = word(bytes, at) ^ (ONES * '\\');
            long found = backslash - ONES & ~backslash & HIGHS;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /// The first eight bytes of `bytes[from, to)` as a number that sorts like them, filled up with zeros.
    static long prefix(byte[] bytes, int from, int to) {
        int size = Math.min(to - from, 8);
        if (from + 8 <= bytes.length) {
            return prefix(word(bytes, from), size);
        }
        long word = 0;
        for (int i = 0; i < 8; i++) {
            word = word << 8 | (i < size ? bytes[from + i] & 0xFF : 0);
        }
        return word;
    }

    /// The same of the first `size` bytes of a word, at most eight.
    static long prefix(long word, int size) {
        return size == 0 ? 0 : Long.reverseBytes(word) & -1L << (64 - size * 8);
    }

    /// The position behind the character beyond ASCII at `at`.
    ///
    /// @throws MalformedUtf8 if there is none
    static int skipMultibyte(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        int size = size(lead);
        if (size == 0 || at + size > to) {
            throw MalformedUtf8.INSTANCE;
        }
        int second = bytes[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF; // ED: no encoded surrogates.
        if (second < lowest || second > highest) {
            throw MalformedUtf8.INSTANCE;
        }
        for (int i = 2; i < size; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                throw MalformedUtf8.INSTANCE;
            }
        }
        return at + size;
    }

    private static int size(int lead) {
        if (lead < 0xE0) {
            return lead >= 0xC2 ? 2 : 0;
        }
        return lead < 0xF0 ? 3 : lead <= 0xF4 ? 4 : 0;
    }

    /// Ends a parse whose bytes must be repaired first; never leaves this package.
    static final class MalformedUtf8 extends RuntimeException {

        private static final long serialVersionUID = 1;

        @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace and no state.
        private static final MalformedUtf8 INSTANCE = new MalformedUtf8();

        private MalformedUtf8() {
            super("malformed UTF-8", null, false, false);
        }
    }
}

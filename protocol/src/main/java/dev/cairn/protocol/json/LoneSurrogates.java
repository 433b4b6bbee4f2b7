package dev.cairn.protocol.json;

import java.util.Arrays;

/// Makes escaped text valid Unicode before it is read: an escape that stands for half a character, with the
/// other half missing, becomes `\ufffd`, which is as long (`specs/receipts.md` 1.4).
public final class LoneSurrogates {

    private static final int ESCAPE = 6;

    private LoneSurrogates() {}

    /// The bytes to read `text[from, to)` from, at the same offsets: the array given, or a copy when something
    /// in it had to be replaced. In JSON a backslash begins an escape wherever it stands; in what is no JSON it
    /// does not matter what is replaced.
    public static byte[] replaced(byte[] text, int from, int to) {
        byte[] bytes = text;
        boolean isCopy = false;
        int at = from;
        while ((at = Utf8Strings.findBackslash(bytes, at, to)) < to) {
            int unit = escapedUnit(bytes, at, to);
            if (unit < 0) {
                at += 2;
            } else if (!isSurrogate(unit)) {
                at += ESCAPE;
            } else if (Character.isHighSurrogate((char) unit) && isLow(bytes, at + ESCAPE, to)) {
                at += 2 * ESCAPE;
            } else {
                if (!isCopy) {
                    bytes = Arrays.copyOf(text, to);
                    isCopy = true;
                }
                Arrays.fill(bytes, at + 2, at + 5, (byte) 'f');
                bytes[at + 5] = 'd';
                at += ESCAPE;
            }
        }
        return bytes;
    }

    private static boolean isSurrogate(int unit) {
        return unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE;
    }

    private static boolean isLow(byte[] bytes, int at, int to) {
        int unit = at < to && bytes[at] == '\\' ? escapedUnit(bytes, at, to) : -1;
        return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
    }

    /// What the `\\u` escape at `at` stands for, -1 if it is another one or none.
    private static int escapedUnit(byte[] bytes, int at, int to) {
        if (at + ESCAPE > to || bytes[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = 2; i < ESCAPE; i++) {
            int digit = Character.digit(bytes[at + i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}

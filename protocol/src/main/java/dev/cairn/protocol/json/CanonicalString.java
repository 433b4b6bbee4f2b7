package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;

/// Writes Java text as a JSON string in the canonical spelling of RFC 8785, in UTF-8. What is no character, an
/// unpaired surrogate, becomes U+FFFD, as it does wherever text is encoded.
public final class CanonicalString {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final int BYTES_PER_UNIT_MAX = 6;

    private CanonicalString() {}

    /// Appends `text` in quotes.
    public static void write(String text, ByteBuilder out) {
        int length = text.length();
        out.ensure(length + 2);
        out.put('"');
        byte[] bytes = out.array();
        int at = out.skip(length);
        int read = 0;
        while (read < length && isPlain(text.charAt(read))) {
            bytes[at + read] = (byte) text.charAt(read);
            read++;
        }
        out.truncate(at + read);
        if (read < length) {
            writeRest(text, read, out);
        }
        out.put('"');
    }

    private static boolean isPlain(char unit) {
        return unit >= ' ' && unit < 0x80 && unit != '"' && unit != '\\';
    }

    private static void writeRest(String text, int from, ByteBuilder out) {
        out.ensure((text.length() - from) * BYTES_PER_UNIT_MAX);
        for (int i = from; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            writePoint(point, out);
        }
    }

    private static void writePoint(int point, ByteBuilder out) {
        if (point < 0x80) {
            writeAscii(point, out);
        } else if (point < 0x800) {
            out.put(0xC0 | point >> 6).put(0x80 | point & 0x3F);
        } else if (Character.isBmpCodePoint(point)) {
            int shown = Character.isSurrogate((char) point) ? 0xFFFD : point;
            out.put(0xE0 | shown >> 12).put(0x80 | shown >> 6 & 0x3F).put(0x80 | shown & 0x3F);
        } else {
            out.put(0xF0 | point >> 18)
                    .put(0x80 | point >> 12 & 0x3F)
                    .put(0x80 | point >> 6 & 0x3F)
                    .put(0x80 | point & 0x3F);
        }
    }

    private static void writeAscii(int unit, ByteBuilder out) {
        switch (unit) {
            case '"', '\\' -> out.put('\\').put(unit);
            case '\b' -> out.put('\\').put('b');
            case '\t' -> out.put('\\').put('t');
            case '\n' -> out.put('\\').put('n');
            case '\f' -> out.put('\\').put('f');
            case '\r' -> out.put('\\').put('r');
            default -> {
                if (unit < ' ') {
                    out.put('\\').put('u').put('0').put('0').put(HEX[unit >> 4]).put(HEX[unit & 15]);
                } else {
                    out.put(unit);
                }
            }
        }
    }
}

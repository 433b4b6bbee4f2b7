package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;

/// Writes canonical JSON text of the values on a [JsonTape]: members sorted by UTF-16 code units, no white
/// space, shortest numbers (RFC 8785; `specs/audit-relay.md` 3.1 for the audit dialect).
///
/// Reusable, holds only scratch space; not thread-safe.
public final class CanonicalJson {

    /// What to do with JSON that has no canonical form by RFC 8785.
    public enum Dialect {
        /// Refuses duplicate members, unpaired surrogates and numbers beyond double range.
        RFC_8785,
        /// As [#RFC_8785], but the last of duplicate members wins (`specs/receipts.md` 1.4).
        RECEIPTS,
        /// The last of duplicate members wins, an unpaired surrogate is written as a lower-case escape,
        /// overflow as `null`.
        AUDIT
    }

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.ISO_8859_1);

    private final Dialect dialect;
    private final MemberOrder order = new MemberOrder();

    public CanonicalJson(Dialect dialect) {
        this.dialect = dialect;
    }

    /// Appends the canonical text of `node`.
    ///
    /// @throws JsonSyntaxException by [Dialect#RFC_8785], if the value has no canonical form; or if the text is
    ///     nested deeper than [JsonTape#DEPTH_MAX]
    public void write(JsonTape tape, int node, ByteBuilder out) {
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            throw new JsonSyntaxException("nested deeper than " + JsonTape.DEPTH_MAX + " levels", tape.start(0));
        }
        int first = order.end();
        try {
            writeValue(tape, node, out);
        } finally {
            order.release(first);
        }
    }

    /// The keys of `object` in canonical order, duplicates resolved, as a range of [#key] positions; give it
    /// back with [#release]. Ranges nest: the one opened last is released first. `tape` must not be deeper
    /// than [JsonTape#DEPTH_MAX].
    ///
    /// @return the first position of the range, which ends at [#rangeEnd]
    public int sortedKeys(JsonTape tape, int object) {
        return order.open(tape, object, dialect == Dialect.RFC_8785);
    }

    public int rangeEnd() {
        return order.end();
    }

    /// The key node at a position of a range; its value is the node after it.
    public int key(int position) {
        return order.key(position);
    }

    public void release(int first) {
        order.release(first);
    }

    private void writeValue(JsonTape tape, int node, ByteBuilder out) {
        switch (tape.code(node)) {
            case JsonTape.OBJECT -> writeObject(tape, node, out);
            case JsonTape.ARRAY -> writeArray(tape, node, out);
            case JsonTape.STRING -> writeString(tape, node, out);
            case JsonTape.NUMBER -> writeNumber(tape, node, out);
            default -> out.put(tape.source(), tape.start(node), tape.end(node));
        }
    }

    private void writeObject(JsonTape tape, int object, ByteBuilder out) {
        out.put('{');
        int first = sortedKeys(tape, object);
        int end = order.end();
        for (int i = first; i < end; i++) {
            writeMember(tape, order.key(i), out);
        }
        order.release(first);
        if (first < end) {
            out.truncate(out.length() - 1);
        }
        out.put('}');
    }

    /// Appends `"key":value,`, in one piece if it stands so in the source.
    public void writeMember(JsonTape tape, int key, ByteBuilder out) {
        int value = key + 1;
        byte[] source = tape.source();
        if (tape.isCanonicalScalar(key) && tape.isCanonicalScalar(value) && tape.start(value) == tape.end(key) + 1) {
            int end = tape.end(value);
            if (source[end] == ',') { // There is a byte: the object ends behind its members.
                out.put(source, tape.start(key), end + 1);
                return;
            }
            out.put(source, tape.start(key), end);
        } else {
            writeString(tape, key, out);
            out.put(':');
            writeValue(tape, value, out);
        }
        out.put(',');
    }

    private void writeArray(JsonTape tape, int array, ByteBuilder out) {
        out.put('[');
        int end = tape.next(array);
        for (int item = array + 1; item < end; item = tape.next(item)) {
            if (item > array + 1) {
                out.put(',');
            }
            writeValue(tape, item, out);
        }
        out.put(']');
    }

    private void writeNumber(JsonTape tape, int number, ByteBuilder out) {
        if ((tape.flags(number) & JsonTape.PLAIN) != 0) {
            out.put(tape.source(), tape.start(number), tape.end(number));
            return;
        }
        double value = tape.number(number);
        if (Double.isInfinite(value)) {
            if (dialect != Dialect.AUDIT) {
                throw new JsonSyntaxException("number beyond double range", tape.start(number));
            }
            out.put(NULL);
            return;
        }
        out.putAscii(EcmaNumber.toText(value));
    }

    private void writeString(JsonTape tape, int string, ByteBuilder out) {
        int start = tape.start(string);
        int end = tape.end(string);
        byte[] source = tape.source();
        if ((tape.flags(string) & JsonTape.ESCAPED) == 0) {
            out.put(source, start, end);
            return;
        }
        int run = start;
        int at = start + 1;
        while (at < end - 1) {
            at = Utf8Strings.findBackslash(source, at, end - 1);
            if (at == end - 1) {
                break;
            }
            if (source[at + 1] != 'u' && source[at + 1] != '/') {
                at += 2; // The short escapes are canonical as they stand.
                continue;
            }
            out.put(source, run, at);
            at = writeEscaped(source, at, end - 1, out);
            run = at;
        }
        out.put(source, run, end);
    }

    /// Writes the character that the escape at `at` stands for and returns the position behind what it read.
    private int writeEscaped(byte[] source, int at, int end, ByteBuilder out) {
        char unit = JsonTape.unescaped(source, at);
        int behind = at + (source[at + 1] == 'u' ? 6 : 2);
        if (!Character.isSurrogate(unit)) {
            writeUnit(unit, out);
            return behind;
        }
        if (Character.isHighSurrogate(unit)
                && behind + 6 <= end
                && source[behind] == '\\'
                && source[behind + 1] == 'u') {
            char low = JsonTape.unescaped(source, behind);
            if (Character.isLowSurrogate(low)) {
                int point = Character.toCodePoint(unit, low);
                out.put(0xF0 | point >> 18)
                        .put(0x80 | point >> 12 & 0x3F)
                        .put(0x80 | point >> 6 & 0x3F)
                        .put(0x80 | point & 0x3F);
                return behind + 6;
            }
        }
        if (dialect != Dialect.AUDIT) {
            throw new JsonSyntaxException("unpaired surrogate", at);
        }
        writeHexEscape(unit, out);
        return behind;
    }

    private static void writeUnit(char unit, ByteBuilder out) {
        switch (unit) {
            case '"', '\\' -> out.put('\\').put(unit);
            case '\b' -> out.put('\\').put('b');
            case '\t' -> out.put('\\').put('t');
            case '\n' -> out.put('\\').put('n');
            case '\f' -> out.put('\\').put('f');
            case '\r' -> out.put('\\').put('r');
            default -> {
                if (unit < 0x20) {
                    writeHexEscape(unit, out);
                } else if (unit < 0x80) {
                    out.put(unit);
                } else if (unit < 0x800) {
                    out.put(0xC0 | unit >> 6).put(0x80 | unit & 0x3F);
                } else {
                    out.put(0xE0 | unit >> 12).put(0x80 | unit >> 6 & 0x3F).put(0x80 | unit & 0x3F);
                }
            }
        }
    }

    private static void writeHexEscape(char unit, ByteBuilder out) {
        out.put('\\')
                .put('u')
                .put(HEX[unit >> 12])
                .put(HEX[unit >> 8 & 15])
                .put(HEX[unit >> 4 & 15])
                .put(HEX[unit & 15]);
    }
}

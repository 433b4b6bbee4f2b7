package dev.cairn.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Writes canonical JSON text of the values on a [JsonTape]: members sorted by UTF-16 code units, no white space,
/// shortest numbers (RFC 8785; `specs/audit-relay.md` 3.1 for the audit dialect).
///
/// Reusable, holds only scratch space; not thread-safe.
public final class CanonicalJson {

    /// What to do with JSON that has no canonical form by RFC 8785.
    public enum Dialect {
        /// Refuses duplicate members, unpaired surrogates and numbers beyond double range.
        RFC_8785,
        /// The last of duplicate members wins, an unpaired surrogate is written as a lower-case escape,
        /// overflow as `null`.
        AUDIT
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private final Dialect dialect;

    /// Keys of the objects being written, one range per open object, and their first eight bytes for
    /// comparison.
    private int[] keys = new int[256];

    private long[] prefixes = new long[256];
    private int keysUsed;

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
        writeValue(tape, node, out);
    }

    /// The keys of `object` in canonical order, duplicates resolved, as a range of [#key] positions; give it
    /// back with [#release]. Ranges nest: the one opened last is released first. `tape` must not be deeper than
    /// [JsonTape#DEPTH_MAX].
    ///
    /// @return the first position of the range, which ends at [#rangeEnd]
    public int sortedKeys(JsonTape tape, int object) {
        int first = keysUsed;
        boolean plain = collect(tape, object);
        if (plain) {
            sortPlain(tape, first);
        } else {
            sortDecoded(tape, first);
        }
        return first;
    }

    public int rangeEnd() {
        return keysUsed;
    }

    /// The key node at a position of a range; its value is the node after it.
    public int key(int position) {
        return keys[position];
    }

    public void release(int first) {
        keysUsed = first;
    }

    private void writeValue(JsonTape tape, int node, ByteBuilder out) {
        switch (tape.kind(node)) {
            case OBJECT -> writeObject(tape, node, out);
            case ARRAY -> writeArray(tape, node, out);
            case STRING -> writeString(tape, node, out);
            case NUMBER -> writeNumber(tape, node, out);
            case TRUE, FALSE, NULL -> out.put(tape.source(), tape.start(node), tape.end(node));
        }
    }

    private void writeObject(JsonTape tape, int object, ByteBuilder out) {
        int first = sortedKeys(tape, object);
        int end = keysUsed;
        out.put('{');
        for (int i = first; i < end; i++) {
            if (i > first) {
                out.put(',');
            }
            writeMember(tape, keys[i], out);
        }
        out.put('}');
        release(first);
    }

    /// Appends `"key":value`.
    public void writeMember(JsonTape tape, int key, ByteBuilder out) {
        writeString(tape, key, out);
        out.put(':');
        writeValue(tape, key + 1, out);
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
            if (dialect == Dialect.RFC_8785) {
                throw new JsonSyntaxException("number beyond double range", tape.start(number));
            }
            out.putAscii("null");
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
            if (source[at] != '\\') {
                at++;
                continue;
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
        if (dialect == Dialect.RFC_8785) {
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

    /// Puts the keys of `object` on the stack in the order received; whether all of them are plain ASCII
    /// without escapes.
    private boolean collect(JsonTape tape, int object) {
        int end = tape.next(object);
        byte[] source = tape.source();
        int flags = 0;
        for (int key = object + 1; key < end; key = tape.next(key + 1)) {
            if (keysUsed == keys.length) {
                keys = Arrays.copyOf(keys, keysUsed * 2);
                prefixes = Arrays.copyOf(prefixes, keysUsed * 2);
            }
            flags |= tape.flags(key);
            keys[keysUsed] = key;
            prefixes[keysUsed++] = prefix(source, tape.start(key) + 1, tape.end(key) - 1);
        }
        return (flags & (JsonTape.ESCAPED | JsonTape.NON_ASCII)) == 0;
    }

    /// The first eight bytes as a number that sorts like them; a shorter key is filled up with zeros, which no
    /// plain key holds.
    private static long prefix(byte[] source, int from, int to) {
        int size = to - from;
        if (from + 8 <= source.length) {
            long word = (long) LONGS.get(source, from);
            return size >= 8 ? word : size == 0 ? 0 : word & -1L << (64 - size * 8);
        }
        long word = 0;
        for (int i = 0; i < 8; i++) {
            word = word << 8 | (i < size ? source[from + i] & 0xFF : 0);
        }
        return word;
    }

    /// Insertion sort while objects are small and nearly sorted, merge sort of boxed nodes when they are not.
    private void sortPlain(JsonTape tape, int first) {
        if (keysUsed - first > 64) {
            sortDecoded(tape, first);
            return;
        }
        int end = first;
        for (int i = first; i < keysUsed; i++) {
            int key = keys[i];
            long prefix = prefixes[i];
            int at = end;
            int order = -1;
            while (at > first && (order = comparePlain(tape, keys[at - 1], prefixes[at - 1], key, prefix)) > 0) {
                at--;
            }
            if (at > first && order == 0) {
                refuseDuplicate(tape, key);
                keys[at - 1] = key;
                continue;
            }
            System.arraycopy(keys, at, keys, at + 1, end - at);
            System.arraycopy(prefixes, at, prefixes, at + 1, end - at);
            keys[at] = key;
            prefixes[at] = prefix;
            end++;
        }
        keysUsed = end;
    }

    private static int comparePlain(JsonTape tape, int left, long leftPrefix, int right, long rightPrefix) {
        int order = Long.compareUnsigned(leftPrefix, rightPrefix);
        if (order != 0) {
            return order;
        }
        byte[] source = tape.source();
        return Arrays.compareUnsigned(
                source, tape.start(left) + 1, tape.end(left) - 1, source, tape.start(right) + 1, tape.end(right) - 1);
    }

    /// The general order: by the decoded keys, which `String` compares by UTF-16 code units.
    private void sortDecoded(JsonTape tape, int first) {
        record Decoded(String text, int key) {}
        Decoded[] decoded = new Decoded[keysUsed - first];
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = new Decoded(tape.text(keys[first + i]), keys[first + i]);
        }
        // Stable: of equal keys the last stays last.
        Arrays.sort(decoded, (left, right) -> left.text.compareTo(right.text));
        int end = first;
        for (int i = 0; i < decoded.length; i++) {
            if (i > 0 && decoded[i].text.equals(decoded[i - 1].text)) {
                refuseDuplicate(tape, decoded[i].key);
                end--;
            }
            keys[end++] = decoded[i].key;
        }
        keysUsed = end;
    }

    private void refuseDuplicate(JsonTape tape, int key) {
        if (dialect == Dialect.RFC_8785) {
            throw new JsonSyntaxException("duplicate member", tape.start(key));
        }
    }
}

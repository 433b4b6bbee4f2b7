package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A fixed set of ASCII words in which strings of a [JsonTape] are looked up by their bytes: member names, values of an
/// enumeration.
///
/// A hash table without collisions over the first and the last eight bytes, which tell words of up to 16 bytes apart.
public final class Words {

    private static final byte NONE = -1;

    private final List<String> words;
    private final byte[][] bytes;
    private final long[] firsts;
    private final long[] lasts;
    private final byte[] table;
    private final int shift;
    private final long multiplier;

    private Words(List<String> words, int bits) {
        this.words = words;
        bytes = words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
        firsts = new long[bytes.length];
        lasts = new long[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            firsts[i] = MemberOrder.prefix(bytes[i], 0, bytes[i].length);
            lasts[i] = last(bytes[i], 0, bytes[i].length, firsts[i]);
        }
        table = new byte[1 << bits];
        shift = Long.SIZE - bits;
        long candidate = 0x9E3779B97F4A7C15L;
        while (!fill(candidate)) {
            candidate += 0x1234_5678_9ABC_DEF0L;
        }
        multiplier = candidate;
    }

    /// At most 64 words, all different and none empty.
    public static Words of(String... words) {
        List<String> distinct = List.of(words);
        if (distinct.size() > 64
                || distinct.contains("")
                || distinct.stream().distinct().count() < distinct.size()) {
            throw new IllegalArgumentException("expected up to 64 different words, got " + distinct);
        }
        return new Words(distinct, 10);
    }

    /// The words, in the order given.
    public List<String> all() {
        return words;
    }

    /// Which word the string node is, or -1.
    public int indexOf(JsonTape tape, int string) {
        if ((tape.flags(string) & JsonTape.ESCAPED) != 0) {
            return words.indexOf(tape.text(string));
        }
        byte[] source = tape.source();
        int from = tape.start(string) + 1;
        int to = tape.end(string) - 1;
        long first = MemberOrder.prefix(source, from, to);
        long last = last(source, from, to, first);
        int found = table[slot(first, last, multiplier)];
        return found != NONE && firsts[found] == first && lasts[found] == last && sameBytes(found, source, from, to)
                ? found
                : -1;
    }

    private boolean sameBytes(int found, byte[] source, int from, int to) {
        byte[] word = bytes[found];
        return word.length == to - from && (word.length <= 16 || Arrays.equals(word, 0, word.length, source, from, to));
    }

    private boolean fill(long candidate) {
        Arrays.fill(table, NONE);
        for (int i = 0; i < firsts.length; i++) {
            int slot = slot(firsts[i], lasts[i], candidate);
            if (table[slot] != NONE) {
                return false;
            }
            table[slot] = (byte) i;
        }
        return true;
    }

    private int slot(long first, long last, long by) {
        return (int) ((first ^ Long.rotateLeft(last, 29)) * by >>> shift);
    }

    private static long last(byte[] source, int from, int to, long first) {
        return to - from > 8 ? MemberOrder.prefix(source, to - 8, to) : first;
    }
}

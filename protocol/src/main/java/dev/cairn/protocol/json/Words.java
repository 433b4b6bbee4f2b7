package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/// A fixed set of ASCII words in which strings of a [JsonTape] are looked up by their bytes: member names,
/// values of an enumeration.
///
/// A hash table without collisions over the first and the last eight bytes, which tell words of up to 16 bytes apart.
public final class Words {

    private static final int TRIES = 1_000; // More make no table much smaller, and are made at each start.

    private final List<String> words;
    private final byte[][] bytes;

    /// For each word its first eight bytes, and its last.
    private final long[] firsts;

    private final long[] lasts;

    /// Two slots for each place: the first and the last eight bytes of its word.
    private long[] ends = new long[0];

    /// For each place its word: the length, and the index in the low byte; -1 where there is none.
    private int[] places = new int[0];

    private long multiplier;
    private int shift;

    private Words(List<String> words) {
        this.words = words;
        bytes = words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
        firsts = new long[bytes.length];
        lasts = new long[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            firsts[i] = Utf8Strings.prefix(bytes[i], 0, bytes[i].length);
            lasts[i] = last(bytes[i], 0, bytes[i].length, firsts[i]);
        }
        Random multipliers = new Random(words.size());
        for (int bits = 1; !fitsInto(bits, multipliers); bits++) {
            // A larger table has fewer collisions: in the end each word has a place of its own.
        }
    }

    /// At most 64 words, all different and none empty; those of more than 16 bytes must differ at an end.
    public static Words of(String... words) {
        List<String> distinct = List.of(words);
        if (distinct.size() > 64
                || distinct.contains("")
                || distinct.stream().distinct().count() < distinct.size()) {
            throw new IllegalArgumentException("expected up to 64 different words, got " + distinct);
        }
        return new Words(distinct);
    }

    /// The words, in the order given.
    public List<String> all() {
        return words;
    }

    /// Which word the string node is, or -1.
    public int indexOf(JsonTape tape, int string) {
        if (tape.isEscaped(string)) {
            return words.indexOf(tape.text(string));
        }
        int from = tape.start(string) + 1;
        int to = tape.end(string) - 1;
        long first = tape.prefix(string);
        long last = last(tape.source(), from, to, first);
        int place = place(first, last);
        int word = places[place];
        if (ends[2 * place] != first || ends[2 * place + 1] != last || word >> 8 != to - from) {
            return -1;
        }
        return to - from <= 16 || isSame(word & 0xFF, tape.source(), from, to) ? word & 0xFF : -1;
    }

    private boolean isSame(int word, byte[] source, int from, int to) {
        return Arrays.equals(bytes[word], 0, bytes[word].length, source, from, to);
    }

    private boolean fitsInto(int bits, Random multipliers) {
        if (1 << bits < words.size()) {
            return false;
        }
        shift = Long.SIZE - bits;
        BitSet taken = new BitSet(1 << bits);
        for (int i = 0; i < TRIES; i++) {
            multiplier = multipliers.nextLong() | 1;
            if (allFindAPlace(taken)) {
                fill(1 << bits);
                return true;
            }
            taken.clear();
        }
        return false;
    }

    private boolean allFindAPlace(BitSet taken) {
        for (int i = 0; i < bytes.length; i++) {
            int place = place(firsts[i], lasts[i]);
            if (taken.get(place)) {
                return false;
            }
            taken.set(place);
        }
        return true;
    }

    private void fill(int size) {
        places = new int[size];
        ends = new long[2 * size];
        Arrays.fill(places, -1);
        for (int i = 0; i < bytes.length; i++) {
            int place = place(firsts[i], lasts[i]);
            places[place] = bytes[i].length << 8 | i;
            ends[2 * place] = firsts[i];
            ends[2 * place + 1] = lasts[i];
        }
    }

    private int place(long first, long last) {
        return (int) ((first ^ Long.rotateLeft(last, 29)) * multiplier >>> shift);
    }

    private static long last(byte[] source, int from, int to, long first) {
        return to - from > 8 ? Utf8Strings.word(source, to - 8) : first;
    }
}

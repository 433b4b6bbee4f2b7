package dev.cairn.protocol.json;

import java.util.Arrays;

/// The members of the objects being written, in canonical order: by key in UTF-16 code units, the last of
/// equal keys only.
///
/// A stack of ranges, one for each open object. Keys compare by their first eight bytes, which are kept
/// beside them; by their bytes when those are equal; and as strings only where an escape must be decoded
/// first.
final class MemberOrder {

    private static final int KEPT = 1024;
    private static final int SMALL = 24;

    private int[] keys = new int[256];
    private long[] prefixes = new long[256];
    private int used;

    /// Whether some key of the range being sorted has bytes beyond ASCII, whose order is not that of the
    /// prefixes.
    private boolean beyondAscii;

    /// Opens the range of `object` and returns its first position; it ends at [#end], and [#release] gives it
    /// back.
    ///
    /// @param strict refuses duplicate keys
    int open(JsonTape tape, int object, boolean strict) {
        int first = used;
        int flags = collect(tape, object);
        if ((flags & JsonTape.ESCAPED) != 0) {
            sortDecoded(tape, first, strict);
            return first;
        }
        beyondAscii = (flags & JsonTape.NON_ASCII) != 0;
        if (used - first > SMALL) {
            sortByMerging(tape, first);
        } else {
            sortByInserting(tape, first);
        }
        dropDuplicates(tape, first, strict);
        return first;
    }

    int end() {
        return used;
    }

    int key(int position) {
        return keys[position];
    }

    void release(int first) {
        used = first;
        if (first == 0 && keys.length > KEPT) {
            keys = new int[256]; // One huge object must not hold its memory for ever.
            prefixes = new long[256];
        }
    }

    /// Puts the keys of `object` on the stack in the order received; returns all their flags.
    private int collect(JsonTape tape, int object) {
        int end = tape.next(object);
        int flags = 0;
        for (int key = object + 1; key < end; key = tape.next(key + 1)) {
            if (used == keys.length) {
                keys = Arrays.copyOf(keys, used * 2);
                prefixes = Arrays.copyOf(prefixes, used * 2);
            }
            flags |= tape.flags(key);
            keys[used] = key;
            prefixes[used++] = tape.prefix(key);
        }
        return flags;
    }

    private void sortByInserting(JsonTape tape, int first) {
        for (int i = first + 1; i < used; i++) {
            int key = keys[i];
            long prefix = prefixes[i];
            int at = i;
            while (at > first && compare(tape, keys[at - 1], prefixes[at - 1], key, prefix) > 0) {
                keys[at] = keys[at - 1];
                prefixes[at] = prefixes[at - 1];
                at--;
            }
            keys[at] = key;
            prefixes[at] = prefix;
        }
    }

    private void sortByMerging(JsonTape tape, int first) {
        int[] keysFrom = Arrays.copyOfRange(keys, first, used);
        long[] prefixesFrom = Arrays.copyOfRange(prefixes, first, used);
        int count = keysFrom.length;
        int[] keysTo = new int[count];
        long[] prefixesTo = new long[count];
        for (int width = 1; width < count; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                int middle = Math.min(low + width, count);
                int high = Math.min(low + 2 * width, count);
                int left = low;
                int right = middle;
                for (int to = low; to < high; to++) {
                    boolean takeRight = left == middle
                            || (right < high
                                    && compare(
                                                    tape,
                                                    keysFrom[left],
                                                    prefixesFrom[left],
                                                    keysFrom[right],
                                                    prefixesFrom[right])
                                            > 0);
                    int from = takeRight ? right++ : left++;
                    keysTo[to] = keysFrom[from];
                    prefixesTo[to] = prefixesFrom[from];
                }
            }
            int[] keysNext = keysFrom;
            long[] prefixesNext = prefixesFrom;
            keysFrom = keysTo;
            prefixesFrom = prefixesTo;
            keysTo = keysNext;
            prefixesTo = prefixesNext;
        }
        System.arraycopy(keysFrom, 0, keys, first, count);
        System.arraycopy(prefixesFrom, 0, prefixes, first, count);
    }

    private int compare(JsonTape tape, int left, long leftPrefix, int right, long rightPrefix) {
        if (leftPrefix != rightPrefix && !beyondAscii) {
            return leftPrefix < rightPrefix ? -1 : 1; // ASCII: the sign bit is never set.
        }
        byte[] source = tape.source();
        int leftFrom = tape.start(left) + 1;
        int leftTo = tape.end(left) - 1;
        int rightFrom = tape.start(right) + 1;
        int rightTo = tape.end(right) - 1;
        int same = Arrays.mismatch(source, leftFrom, leftTo, source, rightFrom, rightTo);
        if (same < 0) {
            return 0;
        }
        if (leftFrom + same == leftTo || rightFrom + same == rightTo) {
            return leftFrom + same == leftTo ? -1 : 1;
        }
        return unitRank(source[leftFrom + same]) - unitRank(source[rightFrom + same]);
    }

    /// Bytes of UTF-8 in the order of UTF-16: characters beyond U+FFFF (lead bytes from F0 on) are surrogates
    /// there and come before U+E000 to U+FFFF (EE and EF).
    private static int unitRank(byte octet) {
        int rank = octet & 0xFF;
        return rank == 0xEE || rank == 0xEF ? rank + 0x100 : rank;
    }

    /// The sorts are stable: of equal keys the last stays last, and it counts.
    private void dropDuplicates(JsonTape tape, int first, boolean strict) {
        int end = first;
        for (int i = first; i < used; i++) {
            if (i > first
                    && prefixes[i] == prefixes[end - 1]
                    && compare(tape, keys[end - 1], prefixes[end - 1], keys[i], prefixes[i]) == 0) {
                refuseIf(strict, tape, keys[i], first);
                end--;
            }
            keys[end] = keys[i];
            prefixes[end++] = prefixes[i];
        }
        used = end;
    }

    private void sortDecoded(JsonTape tape, int first, boolean strict) {
        record Decoded(String text, int key) {}
        Decoded[] decoded = new Decoded[used - first];
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = new Decoded(tape.text(keys[first + i]), keys[first + i]);
        }
        Arrays.sort(decoded, (left, right) -> left.text.compareTo(right.text)); // Stable, and in UTF-16 code units.
        int end = first;
        for (int i = 0; i < decoded.length; i++) {
            if (i > 0 && decoded[i].text.equals(decoded[i - 1].text)) {
                refuseIf(strict, tape, decoded[i].key, first);
                end--;
            }
            keys[end++] = decoded[i].key;
        }
        used = end;
    }

    private void refuseIf(boolean strict, JsonTape tape, int key, int first) {
        if (strict) {
            release(first);
            throw new JsonSyntaxException("duplicate member", tape.start(key));
        }
    }
}

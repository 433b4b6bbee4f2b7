package dev.cairn.relay.witness;

import java.util.ArrayList;
import java.util.List;

/// Numbers by [Key], small enough for millions: 24 bytes an entry, and at most 11 for the slots that lead to it.
///
/// Entries lie in chunks in the order they came, so that growing moves only the slots. Not thread-safe.
final class KeyTable {

    static final long ABSENT = -1;

    private static final int STRIDE = 3;
    private static final int CHUNK_BITS = 10;
    private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;
    private static final int SLOTS_FIRST = 1_024;

    private final List<long[]> chunks = new ArrayList<>();

    /// Each the number of an entry plus one, 0 while free.
    private int[] slots = new int[SLOTS_FIRST];

    private int count;

    /// The number put under `key`, [#ABSENT] if none was.
    long get(Key key) {
        int entry = slots[slotOf(key)] - 1;
        return entry < 0 ? ABSENT : chunk(entry)[at(entry) + 2];
    }

    /// Puts a number, not negative, in place of the one that was there.
    void put(Key key, long value) {
        int slot = slotOf(key);
        if (slots[slot] == 0) {
            slots[slot] = add(key) + 1;
        }
        int entry = slots[slot] - 1;
        chunk(entry)[at(entry) + 2] = value;
        if (count > slots.length / 4 * 3) {
            grow();
        }
    }

    int size() {
        return count;
    }

    /// Bytes that it occupies, object headers aside.
    long bytes() {
        return (long) chunks.size() * (CHUNK_MASK + 1) * STRIDE * Long.BYTES + (long) slots.length * Integer.BYTES;
    }

    private int add(Key key) {
        int entry = count++;
        if (at(entry) == 0) {
            chunks.add(new long[(CHUNK_MASK + 1) * STRIDE]);
        }
        chunk(entry)[at(entry)] = key.high();
        chunk(entry)[at(entry) + 1] = key.low();
        return entry;
    }

    /// Where the key is, or the free slot where it goes.
    private int slotOf(Key key) {
        int slot = (int) key.low() & (slots.length - 1);
        while (slots[slot] != 0 && !isAt(slots[slot] - 1, key)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(int entry, Key key) {
        return chunk(entry)[at(entry)] == key.high() && chunk(entry)[at(entry) + 1] == key.low();
    }

    private void grow() {
        slots = new int[Math.multiplyExact(slots.length, 2)];
        for (int entry = 0; entry < count; entry++) {
            int slot = (int) chunk(entry)[at(entry) + 1] & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = entry + 1;
        }
    }

    private long[] chunk(int entry) {
        return chunks.get(entry >> CHUNK_BITS);
    }

    private static int at(int entry) {
        return (entry & CHUNK_MASK) * STRIDE;
    }
}

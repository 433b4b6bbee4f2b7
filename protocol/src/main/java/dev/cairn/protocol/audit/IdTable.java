package dev.cairn.protocol.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/// Marks ids, and ids with a content, each kept as 16 bytes of a SHA-256: 17 bytes of memory for a slot, whatever
/// the length of an id. Two that share them are beyond reach.
final class IdTable {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256 = Hash.sha256();
    private final byte[] digest = new byte[LineHasher.DIGEST_LENGTH];
    private final int parts;
    private final long[] keys;
    private final byte[] marks;
    private final int mask;
    private int used;

    /// @param idsMax most that will be kept, ids alone and ids with a content
    /// @param parts only ids of one part are kept at a time; see [#isOfPart]
    IdTable(int idsMax, int parts) {
        int slots = Integer.highestOneBit(Math.max(16, idsMax + idsMax / 2)) << 1;
        keys = new long[slots * 2];
        marks = new byte[slots];
        mask = slots - 1;
        this.parts = parts;
    }

    /// Takes an id for the calls that follow and says whether it belongs to `part`.
    boolean isOfPart(String id, int part) {
        take(id.getBytes(StandardCharsets.UTF_8));
        return Long.remainderUnsigned((long) LONGS.get(digest, 16), parts) == part;
    }

    /// Takes the id that was taken, together with a content, for the calls that follow.
    void takeWith(byte[] content) {
        sha256.update(digest);
        take(content);
    }

    private void take(byte[] bytes) {
        sha256.update(bytes);
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // 32 bytes are what SHA-256 gives.
        }
    }

    /// The marks of what was taken; 0 when it has none.
    int marks() {
        return marks[slot()];
    }

    void mark(int bits) {
        int slot = slot();
        if (marks[slot] == 0 && ++used > mask - mask / 8) {
            throw new IllegalStateException("more ids than were counted");
        }
        keys[2 * slot] = (long) LONGS.get(digest, 0);
        keys[2 * slot + 1] = (long) LONGS.get(digest, 8);
        marks[slot] |= (byte) bits;
    }

    void clear() {
        Arrays.fill(marks, (byte) 0);
        used = 0;
    }

    /// Where the id stands, or the free slot where it would.
    private int slot() {
        long high = (long) LONGS.get(digest, 0);
        long low = (long) LONGS.get(digest, 8);
        int slot = (int) high & mask;
        while (marks[slot] != 0 && (keys[2 * slot] != high || keys[2 * slot + 1] != low)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}

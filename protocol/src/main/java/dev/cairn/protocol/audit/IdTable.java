package dev.cairn.protocol.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/// Marks ids and keeps a content of each, both as 16 bytes of a SHA-256: 33 bytes of memory for a slot, whatever
/// the length of an id. Two that share them are beyond reach.
///
/// Which part an id belongs to depends on a secret of this table: nobody can choose ids that fill one part.
final class IdTable {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256 = Hash.sha256();
    private final byte[] digest = new byte[LineHasher.DIGEST_LENGTH];
    private final int parts;
    private final byte[] secret = new byte[16];
    private final long[] keys;
    private final long[] contents;
    private final byte[] marks;
    private final int mask;
    private int used;

    /// @param idsMax most ids that will be kept
    /// @param parts only ids of one part are kept at a time; see [#isOfPart]
    IdTable(int idsMax, int parts) {
        int slots = Integer.highestOneBit(Math.max(16, idsMax + idsMax / 2)) << 1;
        keys = new long[slots * 2];
        contents = new long[slots * 2];
        marks = new byte[slots];
        mask = slots - 1;
        this.parts = parts;
        new SecureRandom().nextBytes(secret);
    }

    /// Takes an id for the calls that follow and says whether it belongs to `part`.
    boolean isOfPart(String id, int part) {
        sha256.update(secret);
        sha256.update(id.getBytes(StandardCharsets.UTF_8));
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // 32 bytes are what SHA-256 gives.
        }
        return Long.remainderUnsigned((long) LONGS.get(digest, 16), parts) == part;
    }

    /// The marks of the id that was taken; 0 when it has none.
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

    /// Keeps a content, by its SHA-256, of the id that was taken and has a mark.
    void keep(byte[] content) {
        int slot = slot();
        contents[2 * slot] = (long) LONGS.get(content, 0);
        contents[2 * slot + 1] = (long) LONGS.get(content, 8);
    }

    /// Whether that is the content that was kept of it.
    boolean keeps(byte[] content) {
        int slot = slot();
        return contents[2 * slot] == (long) LONGS.get(content, 0)
                && contents[2 * slot + 1] == (long) LONGS.get(content, 8);
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

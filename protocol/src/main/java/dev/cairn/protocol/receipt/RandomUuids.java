package dev.cairn.protocol.receipt;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Random UUIDs (RFC 9562 5.4), cheap enough for every receipt: the random bytes are fetched in blocks.
///
/// Those of one block share their first four bytes, which are random too: so they are neighbours in the
/// primary key's B-tree, and a transaction of thousands of receipts changes tens of its pages, not thousands.
/// 90 random bits remain each one's own.
///
/// Not thread-safe: one for each composer.
public final class RandomUuids implements UuidSource {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final int UUID = 16;
    private static final int SHARED = 4;
    private static final int BLOCK = 128 * UUID;

    private final SecureRandom random;
    private final byte[] block = new byte[BLOCK];
    private final byte[] text = new byte[36];
    private int used = BLOCK;

    public RandomUuids(SecureRandom random) {
        this.random = random;
    }

    @Override
    public String next() {
        if (used == BLOCK) {
            random.nextBytes(block);
            used = 0;
        }
        System.arraycopy(block, 0, block, used, SHARED);
        block[used + 6] = (byte) (block[used + 6] & 0x0F | 0x40);
        block[used + 8] = (byte) (block[used + 8] & 0x3F | 0x80);
        int at = 0;
        for (int i = 0; i < UUID; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[at++] = '-';
            }
            byte octet = block[used + i];
            text[at++] = HEX[octet >> 4 & 15];
            text[at++] = HEX[octet & 15];
        }
        used += UUID;
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}

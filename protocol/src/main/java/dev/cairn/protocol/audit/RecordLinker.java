package dev.cairn.protocol.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;

/// Puts records into the chain: previous hash, own hash, prepared answer (`specs/audit-relay.md` 3.3). The
/// one serial step of an append.
///
/// Not thread-safe: the single writer owns it.
public final class RecordLinker {

    private static final VarHandle PAIRS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final short[] HEX = new short[256]; // The two digits of each byte.

    static {
        for (int i = 0; i < HEX.length; i++) {
            HEX[i] = (short) (Character.forDigit(i >> 4, 16) << 8 | Character.forDigit(i & 15, 16));
        }
    }

    private final MessageDigest sha256 = Hash.sha256();
    private final byte[] digest = new byte[32];
    private final byte[] tip = new byte[64];
    private long count;

    /// Continues a chain from where it stands.
    public RecordLinker(Tip tip) {
        resetTo(tip);
    }

    /// Forgets what was linked since: nothing behind `durable` reached the store.
    public void resetTo(Tip durable) {
        count = durable.count();
        if (durable.hash() != null) {
            byte[] hex = durable.hash().text().substring("sha256:".length()).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(hex, 0, tip, 0, tip.length);
        }
    }

    public Tip tip() {
        return count == 0
                ? Tip.EMPTY
                : new Tip(new Hash("sha256:" + new String(tip, StandardCharsets.ISO_8859_1)), count);
    }

    /// Fills the gaps of all lines of `batch`, in order, and its answers. A batch is linked once.
    public void link(RecordBatch batch) {
        byte[] bytes = batch.bytes;
        for (int i = 0; i < batch.count(); i++) {
            if (count == 0) {
                batch.makeFirstOfChain();
            } else {
                System.arraycopy(tip, 0, bytes, batch.prevAt(i), tip.length);
            }
            int hashedEnd = batch.hashedEnd(i);
            hash(bytes, batch.start(i), hashedEnd);
            bytes[hashedEnd - 1] = ',';
            System.arraycopy(tip, 0, bytes, batch.hashAt(i), tip.length);
            batch.answer(i, tip);
            count++;
        }
    }

    private void hash(byte[] bytes, int from, int to) {
        try {
            sha256.update(bytes, from, to - from);
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // 32 bytes are what SHA-256 gives.
        }
        for (int i = 0; i < digest.length; i++) {
            PAIRS.set(tip, 2 * i, HEX[digest[i] & 0xFF]);
        }
    }
}

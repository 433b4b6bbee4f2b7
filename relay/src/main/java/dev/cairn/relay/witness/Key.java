package dev.cairn.relay.witness;

import dev.cairn.protocol.audit.Hash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Half a SHA-256: what an index knows of a text. Nobody can make two texts with one key.
record Key(long high, long low) {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static Key of(String text) {
        byte[] digest = Hash.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return new Key((long) LONGS.get(digest, 0), (long) LONGS.get(digest, Long.BYTES));
    }
}

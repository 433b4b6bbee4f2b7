package dev.cairn.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.witness.SealedTip;

/// Seals of a chain that differ by their count.
final class Seals {

    private Seals() {}

    static String line(long count) {
        return "{\"sealed_at\":\"2026-04-05T14:30:00.000Z\",\"tip_hash\":\"" + hash("tip " + count)
                + "\",\"chained_events\":" + count + ",\"signature\":\"hmac-sha256:"
                + hash("signature " + count).text().substring(7) + "\",\"key_id\":\"630dcd2966c43366\"}";
    }

    static SealedTip seal(long count) {
        return SealedTip.ofSealLine(line(count));
    }

    static Tip tip(long count) {
        return new Tip(hash("tip " + count), count);
    }

    private static Hash hash(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length);
    }
}

package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonTape;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;

/// SHA-256 over the canonical text of an object without some of its top-level members (`specs/audit-relay.md`
/// 3.2, 3.3, 4.2).
///
/// Reusable, holds only scratch space; not thread-safe.
final class LineHasher {

    static final int DIGEST_LENGTH = 32;
    static final String HEARTBEAT_HASH = "_heartbeat_hash";

    private static final int SCRATCH_KEPT_MAX = 64 * 1024;

    private final CanonicalJson canonical = new CanonicalJson(CanonicalJson.Dialect.AUDIT);
    private final MessageDigest sha256 = Hash.sha256();
    private ByteBuilder text = new ByteBuilder(1024);

    /// The hash of the root object on `tape`, whose nesting must not exceed [JsonTape#DEPTH_MAX].
    Hash hash(JsonTape tape, String... without) {
        return hash(tape, 0, without);
    }

    /// The hash of the object at a node of `tape`, under the same condition.
    Hash hash(JsonTape tape, int object, String... without) {
        byte[] digest = new byte[DIGEST_LENGTH];
        hash(tape, object, digest, 0, without);
        return hash(digest, 0);
    }

    /// Puts the same hash, raw, into `digest` from `at` on.
    void hash(JsonTape tape, byte[] digest, int at, String... without) {
        hash(tape, 0, digest, at, without);
    }

    private void hash(JsonTape tape, int object, byte[] digest, int at, String... without) {
        writeWithout(tape, object, without);
        sha256.update(text.array(), 0, text.length());
        finish(digest, at);
        if (text.array().length > SCRATCH_KEPT_MAX) {
            text = new ByteBuilder(1024);
        } else {
            text.truncate(0);
        }
    }

    /// The hash of text that lies in `bytes` in two pieces and lacks its closing brace: `[from, to)` without
    /// `[holeFrom, holeTo)`.
    void hashInPlace(byte[] bytes, int from, int holeFrom, int holeTo, int to, byte[] digest, int at) {
        sha256.update(bytes, from, holeFrom - from);
        if (to > holeTo) {
            sha256.update(bytes, holeTo, to - holeTo);
        }
        sha256.update((byte) '}');
        finish(digest, at);
    }

    /// A raw hash in its text form.
    static Hash hash(byte[] digest, int at) {
        return new Hash("sha256:" + HexFormat.of().formatHex(digest, at, at + DIGEST_LENGTH));
    }

    private void finish(byte[] digest, int at) {
        try {
            sha256.digest(digest, at, DIGEST_LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException(e); // 32 bytes are what SHA-256 gives.
        }
    }

    private void writeWithout(JsonTape tape, int object, String... without) {
        int first = canonical.sortedKeys(tape, object);
        int end = canonical.rangeEnd();
        text.put('{');
        for (int i = first; i < end; i++) {
            int key = canonical.key(i);
            if (!isOneOf(tape, key, without)) {
                canonical.writeMember(tape, key, text);
            }
        }
        canonical.release(first);
        if (text.length() > 1) {
            text.truncate(text.length() - 1); // The last comma.
        }
        text.put('}');
    }

    private static boolean isOneOf(JsonTape tape, int key, String... names) {
        for (String name : names) {
            if (tape.textEquals(key, name)) {
                return true;
            }
        }
        return false;
    }
}

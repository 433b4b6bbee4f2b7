package dev.cairn.protocol.receipt;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;

/// Writes `usage` so that every verifier hashes it alike: canonical, without members that are null or named
/// `__proto__`, at any depth (`specs/receipts.md` 3.2). Items of arrays stay, an object may become empty.
///
/// Not thread-safe, as `canonical` is not.
final class UsageText {

    private static final String PROTO = "__proto__";

    /// A receipt holds it three levels deep, and whoever reads the receipt takes no more than this in all.
    private static final int DEPTH_MAX = JsonTape.DEPTH_MAX - 3;

    private final CanonicalJson canonical;

    UsageText(CanonicalJson canonical) {
        this.canonical = canonical;
    }

    /// @throws dev.cairn.protocol.json.JsonSyntaxException if a number is beyond a double
    /// @throws RefusedFrameException if it is nested too deeply
    void write(JsonTape tape, int node, ByteBuilder out) {
        write(tape, node, 1, out);
    }

    private void write(JsonTape tape, int node, int depth, ByteBuilder out) {
        switch (tape.kind(node)) {
            case OBJECT -> writeObject(tape, node, checked(depth), out);
            case ARRAY -> writeArray(tape, node, checked(depth), out);
            case STRING, NUMBER, TRUE, FALSE, NULL -> canonical.write(tape, node, out);
        }
    }

    private static int checked(int depth) {
        if (depth > DEPTH_MAX) {
            throw new RefusedFrameException("usage is nested deeper than " + DEPTH_MAX + " levels");
        }
        return depth;
    }

    private void writeObject(JsonTape tape, int object, int depth, ByteBuilder out) {
        int first = canonical.sortedKeys(tape, object);
        try {
            int end = canonical.rangeEnd();
            char before = '{';
            for (int i = first; i < end; i++) {
                int key = canonical.key(i);
                if (tape.is(key + 1, JsonKind.NULL) || tape.textEquals(key, PROTO)) {
                    continue;
                }
                out.put(before);
                canonical.write(tape, key, out);
                out.put(':');
                write(tape, key + 1, depth + 1, out);
                before = ',';
            }
            if (before == '{') {
                out.put('{');
            }
            out.put('}');
        } finally {
            canonical.release(first);
        }
    }

    private void writeArray(JsonTape tape, int array, int depth, ByteBuilder out) {
        out.put('[');
        int end = tape.next(array);
        for (int item = tape.firstChild(array); item < end; item = tape.next(item)) {
            if (item > array + 1) {
                out.put(',');
            }
            write(tape, item, depth + 1, out);
        }
        out.put(']');
    }
}

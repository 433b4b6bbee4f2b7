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

    private final CanonicalJson canonical;

    UsageText(CanonicalJson canonical) {
        this.canonical = canonical;
    }

    /// @throws dev.cairn.protocol.json.JsonSyntaxException if a number is beyond a double
    void write(JsonTape tape, int node, ByteBuilder out) {
        switch (tape.kind(node)) {
            case OBJECT -> writeObject(tape, node, out);
            case ARRAY -> writeArray(tape, node, out);
            case STRING, NUMBER, TRUE, FALSE, NULL -> canonical.write(tape, node, out);
        }
    }

    private void writeObject(JsonTape tape, int object, ByteBuilder out) {
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
                write(tape, key + 1, out);
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

    private void writeArray(JsonTape tape, int array, ByteBuilder out) {
        out.put('[');
        int end = tape.next(array);
        for (int item = tape.firstChild(array); item < end; item = tape.next(item)) {
            if (item > array + 1) {
                out.put(',');
            }
            write(tape, item, out);
        }
        out.put(']');
    }
}

package dev.cairn.protocol.receipt;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalString;
import dev.cairn.protocol.json.EcmaNumber;
import java.nio.charset.StandardCharsets;

/// Where a receipt's canonical text grows, member by member; that they come in canonical order is up to the
/// caller. Each member brings the comma behind it.
///
/// Not thread-safe; the composer owns it.
final class ReceiptText {

    private static final long EXACT_MAX = 1L << 53;
    private static final double LARGEST_COUNT = Math.nextDown(0x1p63);
    private static final int KEPT_MAX = 64 * 1024;

    private final int capacity;
    private ByteBuilder out;

    ReceiptText(int capacity) {
        this.capacity = capacity;
        out = new ByteBuilder(capacity);
    }

    /// A member's name with all that stands before its value.
    static byte[] name(String name) {
        return ascii('"' + name + "\":");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    void clear() {
        if (out.array().length > KEPT_MAX) {
            out = new ByteBuilder(capacity); // One long text must not hold its memory for ever.
        } else {
            out.truncate(0);
        }
    }

    int length() {
        return out.length();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    ReceiptText raw(byte[] bytes) {
        out.put(bytes);
        return this;
    }

    ReceiptText raw(byte[] bytes, int from, int to) {
        out.put(bytes, from, to);
        return this;
    }

    ReceiptText text(byte[] name, String value) {
        out.put(name);
        CanonicalString.write(value, out);
        out.put(',');
        return this;
    }

    /// A text that is absent when it is empty.
    ReceiptText optional(byte[] name, String value) {
        return value.isEmpty() ? this : text(name, value);
    }

    /// An integer up to 2^53.
    ReceiptText number(byte[] name, long value) {
        return json(name, Long.toString(value));
    }

    /// A count of any size. Beyond 2^53 it is rounded to what the double can tell that canonical text makes of
    /// it, and stays what a verifier can read into 64 bits.
    ReceiptText count(byte[] name, long value) {
        return value <= EXACT_MAX
                ? number(name, value)
                : json(name, EcmaNumber.toText(Math.min((double) value, LARGEST_COUNT)));
    }

    /// A count that is absent when it is zero.
    ReceiptText optional(byte[] name, long value) {
        return value == 0 ? this : count(name, value);
    }

    /// A value that is canonical JSON already.
    ReceiptText json(byte[] name, String value) {
        out.put(name).put(value.getBytes(StandardCharsets.UTF_8)).put(',');
        return this;
    }

    ReceiptText open(byte[] name) {
        out.put(name).put('{');
        return this;
    }

    ReceiptText close() {
        int last = out.length() - 1;
        if (out.array()[last] == ',') {
            out.truncate(last);
        }
        out.put('}').put(',');
        return this;
    }
}

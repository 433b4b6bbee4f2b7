package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that grow at the end: where canonical text and stored lines are written.
///
/// Not thread-safe; the writer owns it. [#array] shows the live buffer, whose first [#length] bytes count.
public final class ByteBuilder {

    private byte[] bytes;
    private int length;

    public ByteBuilder(int capacity) {
        bytes = new byte[capacity];
    }

    /// The live buffer: valid up to [#length], replaced when it has to grow.
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /// Drops everything from `newLength` on.
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IndexOutOfBoundsException(newLength);
        }
        length = newLength;
    }

    /// Makes room for `more` further bytes.
    public void ensure(int more) {
        if (bytes.length - length < more) {
            grow(more, Integer.MAX_VALUE - 8);
        }
    }

    /// The same, without taking more than `most` bytes of memory unless so many are needed.
    public void ensure(int more, int most) {
        if (bytes.length - length < more) {
            grow(more, most);
        }
    }

    private void grow(int more, int most) {
        int doubled = (int) Math.min(bytes.length * 2L, most);
        bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), doubled));
    }

    public ByteBuilder put(int octet) {
        ensure(1);
        bytes[length++] = (byte) octet;
        return this;
    }

    public ByteBuilder put(byte[] source) {
        return put(source, 0, source.length);
    }

    public ByteBuilder put(byte[] source, int from, int to) {
        int count = to - from;
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /// Appends `count` bytes for the caller to fill in [#array], and returns where they begin.
    public int skip(int count) {
        ensure(count);
        length += count;
        return length - count;
    }

    /// Appends text that is known to be ASCII.
    public ByteBuilder putAscii(String text) {
        return put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /// The content as text; for messages and tests.
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}

package dev.cairn.protocol.frame;

import dev.cairn.protocol.json.ByteBuilder;

/// Cuts a byte stream into frames behind a 4-byte big-endian length, chunk by chunk.
///
/// A frame that lies whole in a chunk is shown where it lies. Memory grows with what has arrived, never with
/// what a length claims. A length past [#FRAME_MAX] is reported once, and everything after it is discarded:
/// the stream has no further beginning.
///
/// Not thread-safe: a connection's event loop owns it.
public final class LengthDecoder {

    /// Bytes of the longest frame, its length not included.
    public static final int FRAME_MAX = 0x00100000;

    private static final int HEADER = 4;

    /// Where the frames go.
    public interface FrameSink {

        /// A frame without its length, possibly empty, valid during the call only.
        void frame(byte[] bytes, int from, int to);

        /// A length past the limit; the last thing that is ever told.
        void oversize(long claimed);
    }

    /// The header and what has arrived of the frame behind it.
    private ByteBuilder carry = new ByteBuilder(0);

    private boolean discarding;
    private int skipping;

    /// Takes the next bytes of the stream and tells `sink` the frames they complete, in order.
    public void feed(byte[] chunk, int from, int to, FrameSink sink) {
        int at = from;
        while (at < to && !discarding) {
            if (skipping > 0) {
                int skipped = Math.min(skipping, to - at);
                skipping -= skipped;
                at += skipped;
                continue;
            }
            at = carry.length() == 0 ? takeWhole(chunk, at, to, sink) : takeMore(chunk, at, to, sink);
        }
    }

    /// Bytes held of a frame that is not complete yet, its length included.
    public int buffered() {
        return carry.length();
    }

    /// Memory that they take.
    public int held() {
        return carry.array().length;
    }

    /// Whether the stream, should it end here, ends in the middle of a frame.
    public boolean hasFragment() {
        return carry.length() > 0 || skipping > 0;
    }

    /// Gives up the frame that is not complete yet: what is held of it is let go, its rest is not shown,
    /// and the next frame is. Says whether it could: the length must have arrived.
    public boolean skip() {
        if (carry.length() < HEADER) {
            return false;
        }
        byte[] header = carry.array();
        int length = Byte.toUnsignedInt(header[1]) << 16 // The first byte of a legal length is zero.
                | Byte.toUnsignedInt(header[2]) << 8
                | Byte.toUnsignedInt(header[3]);
        skipping = HEADER + length - carry.length();
        startAfresh();
        return true;
    }

    private int takeWhole(byte[] chunk, int at, int to, FrameSink sink) {
        if (to - at < HEADER) {
            carry.put(chunk, at, to);
            return to;
        }
        int length = length(chunk, at, sink);
        if (discarding) {
            return to;
        }
        if (to - at - HEADER < length) {
            carry.put(chunk, at, to);
            return to;
        }
        int end = at + HEADER + length;
        sink.frame(chunk, at + HEADER, end);
        return end;
    }

    private int takeMore(byte[] chunk, int at, int to, FrameSink sink) {
        int behindHeader = at;
        if (carry.length() < HEADER) {
            behindHeader = Math.min(to, at + HEADER - carry.length());
            carry.put(chunk, at, behindHeader);
            if (carry.length() < HEADER) {
                return to;
            }
        }
        int length = length(carry.array(), 0, sink);
        if (discarding) {
            return to;
        }
        int end = Math.min(to, behindHeader + HEADER + length - carry.length());
        carry.put(chunk, behindHeader, end);
        if (carry.length() == HEADER + length) {
            byte[] frame = carry.array();
            startAfresh();
            sink.frame(frame, HEADER, HEADER + length);
        }
        return end;
    }

    private int length(byte[] bytes, int at, FrameSink sink) {
        long claimed = (bytes[at] & 0xFFL) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        if (claimed > FRAME_MAX) {
            discarding = true;
            carry = new ByteBuilder(0);
            sink.oversize(claimed);
        }
        return (int) claimed;
    }

    /// Keeps nothing: most connections say nothing most of the time.
    private void startAfresh() {
        carry = new ByteBuilder(0);
    }
}

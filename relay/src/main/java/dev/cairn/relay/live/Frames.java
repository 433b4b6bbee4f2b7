package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Finished WebSocket frames as a server sends them: unmasked and in one piece (RFC 6455, 5.2).
///
/// They go to the channel past Vert.x's encoder, so that one encoded text serves every subscriber.
public final class Frames {

    /// Of the mask in a client's frame.
    public static final int MASK_BYTES = 4;

    static final int HEAD_MAX = 10;

    private static final int FINAL_TEXT = 0x81;
    private static final byte[] EMPTY_PING = {(byte) 0x89, 0};

    private Frames() {}

    /// A text frame.
    public static ByteBuf text(ByteBufAllocator allocator, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = new byte[HEAD_MAX];
        int headLength = writeHead(head, payload.length);
        return allocator
                .directBuffer(headLength + payload.length)
                .writeBytes(head, 0, headLength)
                .writeBytes(payload);
    }

    /// An empty ping: keeps middleboxes from forgetting a silent connection, and lets the kernel notice a
    /// peer that is gone.
    public static ByteBuf ping() {
        return Unpooled.wrappedBuffer(EMPTY_PING);
    }

    /// Bytes in front of so many of payload, in a frame that the relay sends: one that it gets has a mask there
    /// too, of [#MASK_BYTES].
    public static int headLength(int payload) {
        return payload < 126 ? 2 : payload <= 0xFFFF ? 4 : HEAD_MAX;
    }

    /// Writes the head of a text frame to the beginning of `target`; returns its length.
    static int writeHead(byte[] target, int payload) {
        int length = headLength(payload);
        target[0] = (byte) FINAL_TEXT;
        target[1] = (byte) (length == 2 ? payload : length == 4 ? 126 : 127);
        int shift = 0;
        for (int i = length - 1; i >= 2; i--) {
            target[i] = shift < Integer.SIZE ? (byte) (payload >>> shift) : 0;
            shift += Byte.SIZE;
        }
        return length;
    }
}

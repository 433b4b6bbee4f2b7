package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a server's text frames back, for tests.
final class FrameReader {

    private FrameReader() {}

    static List<String> texts(ByteBuf frames) {
        List<String> texts = new ArrayList<>();
        while (frames.isReadable()) {
            int first = frames.readUnsignedByte();
            if (first != 0x81) {
                throw new AssertionError("not a final text frame: " + first);
            }
            int length = frames.readUnsignedByte();
            long payload = length < 126 ? length : length == 126 ? frames.readUnsignedShort() : frames.readLong();
            texts.add(frames.readCharSequence(Math.toIntExact(payload), StandardCharsets.UTF_8)
                    .toString());
        }
        return texts;
    }

    static String record(long seq, String line) {
        return "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":" + seq + ",\"record\":" + line + "}";
    }
}

package dev.cairn.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One connection's frames (`specs/receipts.md` 1.3), built once and sent round and round: only the number in each
/// `correlation_id` is overwritten in between. Frame `k` of the connection is at slot `k % slots()`.
final class FrameBlock {

    /// The smallest frame in which everything an emitter sends has a place.
    static final int FRAME_BYTES_MIN = 420;

    private static final int BLOCK_BYTES = 128 * 1024;
    private static final int LENGTH_BYTES = 4;
    private static final String NUMBER = "000000000000";

    private final ByteBuffer bytes;
    private final int frameBytes;
    private final int numberAt;

    /// @param frameBytes of a whole frame, its length included
    /// @param run and `connection` go into every id
    FrameBlock(int frameBytes, int run, int connection) {
        this.frameBytes = frameBytes;
        byte[] body = body(frameBytes - LENGTH_BYTES, idPrefix(run, connection) + NUMBER);
        numberAt = LENGTH_BYTES + new String(body, StandardCharsets.ISO_8859_1).lastIndexOf(NUMBER);
        int slots = Math.max(1, BLOCK_BYTES / frameBytes);
        bytes = ByteBuffer.allocateDirect(slots * frameBytes);
        for (int slot = 0; slot < slots; slot++) {
            bytes.putInt(body.length).put(body);
        }
        bytes.clear();
    }

    /// What the ids of one connection's frames begin with; twelve digits follow.
    static String idPrefix(int run, int connection) {
        return String.format("%08x-%04x-", run, connection);
    }

    int slots() {
        return bytes.capacity() / frameBytes;
    }

    /// All frames.
    ByteBuffer bytes() {
        return bytes;
    }

    /// Where `slot` begins; that of `slots()` is the end of the block.
    int startOf(int slot) {
        return slot * frameBytes;
    }

    /// Gives frame number `frame` its id.
    void stamp(long frame) {
        int at = startOf((int) (frame % slots())) + numberAt;
        long rest = frame;
        for (int digit = NUMBER.length() - 1; digit >= 0; digit--) {
            bytes.put(at + digit, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /// What an MCP proxy sends after a tool was called.
    private static byte[] body(int size, String id) {
        String head = """
                {"v":"1","ts_emit":"2026-06-15T10:00:00.386000000Z","session_id":"ses_01k6zq3v8f","channel":"mcp",\
                "tool":{"server":"shop","name":"edit_file"},"input":{"path":"src/Cart.java","new":\"""";
        String tail = """
                "},"output":{"content":[{"type":"text","text":"edited src/Cart.java"}],"isError":false},\
                "decision":"allowed","correlation_id":"%s"}""".formatted(id);
        int padding = size - head.length() - tail.length();
        if (padding < 0) {
            throw new IllegalArgumentException("a frame has at least " + (size - padding + LENGTH_BYTES) + " bytes");
        }
        byte[] source =
                "total = total.add(item.price().multiply(item.count())); ".getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = Arrays.copyOf(head.getBytes(StandardCharsets.ISO_8859_1), size);
        for (int i = 0; i < padding; i++) {
            body[head.length() + i] = source[i % source.length];
        }
        byte[] end = tail.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(end, 0, body, size - end.length, end.length);
        return body;
    }
}

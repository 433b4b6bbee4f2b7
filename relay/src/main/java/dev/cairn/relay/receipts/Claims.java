package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What emitters say of their own losses, in frames that the relay cannot keep: the claim stays owed.
final class Claims {

    private static final byte[] NAME = "drop_count".getBytes(StandardCharsets.US_ASCII);

    private Claims() {}

    /// Whether a frame may claim losses; cheap, as it is asked when there is no time. An emitter that spells
    /// the
    /// name with escapes is not understood.
    static boolean mayBeIn(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - NAME.length; at++) {
            if (bytes[at] == NAME[0] && Arrays.equals(bytes, at, at + NAME.length, NAME, 0, NAME.length)) {
                return true;
            }
        }
        return false;
    }

    /// The later frame, with the losses of both.
    static Frame sum(Frame earlier, Frame later) {
        long sum = earlier.dropCount() + later.dropCount();
        return later.withDropCount(sum < 0 ? Long.MAX_VALUE : sum);
    }
}

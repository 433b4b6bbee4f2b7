package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What an emitter says of its own losses, in frames that the relay cannot keep: the claim stays owed.
///
/// @param sessionId of the last such frame; empty if it is too long to be kept
/// @param agentId whose chain the losses belong to
record Claims(String sessionId, String agentId, long dropCount) {

    /// Most characters of a session's id that a connection keeps from one frame to the next: nobody accounts
    /// for
    /// them.
    static final int SESSION_ID_MAX = 256;

    private static final byte[] NAME = "drop_count".getBytes(StandardCharsets.US_ASCII);

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

    /// What a frame claims.
    static Claims of(Frame frame) {
        return new Claims(frame.sessionId(), frame.runtime().agentId(), frame.dropCount());
    }

    /// What the later frame claims, and what was claimed before.
    static Claims of(@Nullable Claims earlier, Frame later) {
        long sum = later.dropCount() + (earlier == null ? 0 : earlier.dropCount);
        return new Claims(kept(later.sessionId()), later.runtime().agentId(), sum < 0 ? Long.MAX_VALUE : sum);
    }

    /// The id, or nothing if it is too long.
    static String kept(String sessionId) {
        return sessionId.length() <= SESSION_ID_MAX ? sessionId : "";
    }
}

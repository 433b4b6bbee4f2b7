package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReading;

/// What an emitter says of its own losses before a frame: told in the chain of that frame (`specs/receipts.md` 2).
///
/// @param sessionId of the frame; empty if it is not known
/// @param agentId whose chain it is; empty for the root chain
record Claim(String sessionId, String agentId, long dropCount) {

    static Claim of(Frame frame) {
        return new Claim(frame.sessionId(), frame.runtime().agentId(), frame.dropCount());
    }

    /// Of a frame that is refused, only the count is believed.
    static Claim of(FrameReading reading) {
        return switch (reading) {
            case FrameReading.Accepted(Frame frame) -> of(frame);
            case FrameReading.Refused(String _, long dropCount) -> new Claim("", "", dropCount);
        };
    }

    boolean isOfSameEmitter(Claim other) {
        return sessionId.equals(other.sessionId) && agentId.equals(other.agentId);
    }

    Claim plus(long more) {
        return new Claim(sessionId, agentId, LostReceipts.sum(dropCount, more));
    }
}

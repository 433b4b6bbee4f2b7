package dev.cairn.relay.receipts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What one peer's emitters say of their losses in frames that the relay cannot keep: it stays owed, in the chain
/// and under the session of those frames (`specs/receipts.md` 2).
///
/// Nobody accounts for the memory, so it is little: of a peer with very many sessions or agents, the claims of the
/// others are one for the root chain.
final class Claims {

    /// Most characters of a session's id that are kept from one frame to the next.
    static final int SESSION_ID_MAX = 256;

    /// Most sessions and agents that are told apart.
    static final int TOLD_APART_MAX = 8;

    private static final byte[] NAME = "drop_count".getBytes(StandardCharsets.US_ASCII);

    private final List<Claim> owed = new ArrayList<>(0);

    /// Whether a frame may claim losses; cheap, as it is asked when there is no time. An emitter that
    /// spells the name with escapes is not understood.
    static boolean mayBeIn(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - NAME.length; at++) {
            if (bytes[at] == NAME[0] && Arrays.equals(bytes, at, at + NAME.length, NAME, 0, NAME.length)) {
                return true;
            }
        }
        return false;
    }

    /// The session's id, or nothing if it is too long.
    static String kept(String sessionId) {
        return sessionId.length() <= SESSION_ID_MAX ? sessionId : "";
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    void add(Claim claim) {
        var kept = new Claim(kept(claim.sessionId()), claim.agentId(), claim.dropCount());
        if (!addTo(kept)) {
            var others = new Claim("", "", claim.dropCount());
            if (owed.size() < TOLD_APART_MAX) {
                owed.add(kept);
            } else if (!addTo(others)) {
                owed.add(others);
            }
        }
    }

    private boolean addTo(Claim claim) {
        for (int i = 0; i < owed.size(); i++) {
            if (owed.get(i).isOfSameEmitter(claim)) {
                owed.set(i, owed.get(i).plus(claim.dropCount()));
                return true;
            }
        }
        return false;
    }

    /// Takes out everything, one claim for each session of each agent.
    List<Claim> takeAll() {
        List<Claim> all = List.copyOf(owed);
        owed.clear();
        return all;
    }
}

package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.DropCounts;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.DropReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the drops that no heartbeat line tells of yet, per peer (`specs/audit-relay.md` 4.2).
///
/// Bounded, however many processes come and go between two notes: past [#PEERS_MAX] peers new ones are
/// counted by their user, and past as many users all together.
final class DropNotes {

    static final int PEERS_MAX = 1_024;

    private final Map<Peer, DropCounts> counts = new HashMap<>();

    void add(Drops drops) {
        counts.merge(countedAs(drops.peer()), one(drops.reason(), drops.count()), DropCounts::plus);
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /// What was counted is told.
    void clear() {
        counts.clear();
    }

    List<HeartbeatNote> notes() {
        return HeartbeatNote.drops(counts);
    }

    private Peer countedAs(Peer peer) {
        if (counts.containsKey(peer) || counts.size() < PEERS_MAX) {
            return peer;
        }
        Peer user = new Peer(Peer.UNKNOWN, peer.uid(), Peer.UNKNOWN, "");
        return counts.containsKey(user) || counts.size() < 2 * PEERS_MAX ? user : Peer.NOBODY;
    }

    private static DropCounts one(DropReason reason, long count) {
        return switch (reason) {
            case INVALID -> new DropCounts(count, 0, 0, 0, 0);
            case OVERSIZE -> new DropCounts(0, count, 0, 0, 0);
            case FRAGMENT -> new DropCounts(0, 0, count, 0, 0);
            case SHED -> new DropCounts(0, 0, 0, count, 0);
            case STORE -> new DropCounts(0, 0, 0, 0, count);
        };
    }
}

package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.DropReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one event loop turned away, summed up by peer and reason: a flood of refusals is then a message now and then to
/// the chain, and no queue in front of it.
///
/// Owned by one event loop.
final class DropTally {

    private static final int KINDS_MAX = 256;

    private record Kind(Peer peer, DropReason reason) {}

    private final Map<Kind, Long> counts = new HashMap<>();

    void add(Peer peer, DropReason reason, long count) {
        counts.merge(new Kind(peer, reason), count, Long::sum);
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /// Whether there is no room for another kind.
    boolean isFull() {
        return counts.size() >= KINDS_MAX;
    }

    /// What was added since the last time.
    List<Drops> take() {
        List<Drops> drops = counts.entrySet().stream()
                .map(kind -> new Drops(kind.getKey().peer(), kind.getKey().reason(), kind.getValue()))
                .toList();
        counts.clear();
        return drops;
    }
}

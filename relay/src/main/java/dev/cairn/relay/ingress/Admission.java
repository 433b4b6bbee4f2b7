package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import java.util.HashMap;
import java.util.Map;

/// How many connections are open, all loops together and by user, against their caps.
///
/// The one piece of state that ingress loops share; touched when a connection opens or closes only, hence a lock.
final class Admission {

    private final int connectionsMax;
    private final int perUserMax;
    private final Map<Long, Integer> byUser = new HashMap<>();
    private int open;

    Admission(int connectionsMax, int perUserMax) {
        this.connectionsMax = connectionsMax;
        this.perUserMax = perUserMax;
    }

    /// Counts one more connection of `peer`, unless a cap forbids it. Who is admitted must [#leave].
    synchronized boolean admits(Peer peer) {
        int ofUser = byUser.getOrDefault(peer.uid(), 0);
        if (open >= connectionsMax || (peer.uid() != Peer.UNKNOWN && ofUser >= perUserMax)) {
            return false;
        }
        byUser.put(peer.uid(), ofUser + 1);
        open++;
        return true;
    }

    synchronized void leave(Peer peer) {
        byUser.computeIfPresent(peer.uid(), (_, count) -> count == 1 ? null : count - 1);
        open--;
    }

    synchronized int open() {
        return open;
    }
}

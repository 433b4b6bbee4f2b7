package dev.cairn.relay.stream;

import dev.cairn.relay.live.Pump;
import dev.cairn.relay.live.Ring;

/// The tail of one chain and who follows it.
final class Feed {

    final String chain;
    final Ring ring;
    final Pump pump;

    /// Subscribers that are about to follow it.
    int expected;

    /// @param chain its name on the wire
    Feed(String chain, Ring ring, Pump pump) {
        this.chain = chain;
        this.ring = ring;
        this.pump = pump;
    }

    /// Adds a record, or only notes that there is one while nobody follows.
    void add(long seq, byte[] source, int from, int to) {
        if (pump.followers() == 0) {
            ring.skipTo(seq);
        } else {
            ring.add(seq, source, from, to);
        }
    }

    boolean isNeeded() {
        return expected > 0 || pump.followers() > 0;
    }
}

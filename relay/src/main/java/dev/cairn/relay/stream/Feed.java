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

    /// Whether records are to be kept for somebody.
    boolean isFollowed() {
        return pump.followers() > 0;
    }

    /// Notes that the chain ends with `newest` now, and sends what the ring has been given.
    void hasGrownTo(long newest) {
        if (isFollowed()) {
            ring.hasGrownTo(newest);
        } else {
            ring.skipTo(newest);
        }
        pump.wake();
    }

    /// Whether somebody follows it, or has yet to take what it got: that counts as unsent while the feed is
    /// there.
    boolean isNeeded() {
        return expected > 0 || isFollowed() || pump.hasUnsent();
    }
}

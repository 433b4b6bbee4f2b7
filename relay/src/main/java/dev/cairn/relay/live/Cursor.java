package dev.cairn.relay.live;

import java.time.Duration;

/// Where one subscriber stands in a chain: its socket and the next sequence it gets. There is no queue.
///
/// Belongs to its [Pump]; what happens to it is told to its [Listener], on the pump's event loop.
public final class Cursor {

    /// What a subscriber is told besides the records.
    public interface Listener {

        /// All records that were there when it subscribed are sent, the last one of them `seq`. Once per
        /// subscription.
        void live(long seq);

        /// It was live and has fallen out of the ring, `behind` records from the newest; it goes on from the
        /// store.
        void lagging(long behind);

        /// It has taken nothing, or too little, for so long that it gets nothing more; it is to be gone within
        /// `patience`. `seq` is the last record written to it.
        void stalled(long seq, Duration patience);

        /// The store cannot give what it needs; it gets nothing more.
        void unreadable(Throwable cause);
    }

    final Outlet outlet;
    final Listener listener;

    /// The store is being read for it, or will be.
    boolean reading;
    /// It left, or was made to.
    boolean closed;
    /// Counts its subscriptions: a page that was asked for by an earlier one is of no use.
    int subscription;

    private long next;
    private long tip;
    private boolean live;
    private boolean lagging;
    private long takenMost;
    private long progressAt;
    private long takenWhole;
    private long takenWholeAt;

    Cursor(Outlet outlet, Listener listener, long now) {
        this.outlet = outlet;
        this.listener = listener;
        this.progressAt = now;
        this.takenWholeAt = now;
    }

    long next() {
        return next;
    }

    void start(long since, long tip) {
        subscription++;
        next = since + 1;
        this.tip = tip;
        live = false;
        lagging = false;
        announceLive();
    }

    /// Notes that everything before `until` is written.
    void sent(long until, long newest) {
        next = until;
        if (until > newest) {
            lagging = false;
        }
        announceLive();
    }

    /// Notes that the ring no longer has what comes next.
    void behindTheRing(long newest) {
        if (live && !lagging) {
            lagging = true;
            listener.lagging(newest - next + 1);
        }
    }

    /// How long it has taken nothing although something waits, in nanoseconds.
    long stalledFor(long now) {
        long taken = outlet.taken();
        if (outlet.unsent() == 0 || taken > takenMost) {
            takenMost = taken;
            progressAt = now;
        }
        return now - progressAt;
    }

    /// For how long, at least, it has not taken whole what was sent to it before, in nanoseconds. To be asked
    /// every second or more often.
    long behindFor(long now) {
        long unsent = outlet.unsent();
        if (unsent == 0 || outlet.taken() >= takenWhole) {
            takenWhole = outlet.taken() + unsent;
            takenWholeAt = now;
        }
        return now - takenWholeAt;
    }

    private void announceLive() {
        if (!live && next > tip) {
            live = true;
            listener.live(next - 1);
        }
    }
}

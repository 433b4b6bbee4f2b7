package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Memory for frames that wait, shared by all loops, and by peers (`specs/receipts.md` 11): each may hold a multiple
/// of what it leaves free. With once, one alone gets half, and many find room beside it; with seven times, one alone
/// gets seven eighths, and whoever comes then as much of the rest.
///
/// Safe to share: what happens often are two atomic additions.
final class Backlog {

    private final long bytesMax;
    private final int timesFree;
    private final AtomicLong held = new AtomicLong();
    private final Map<ReceiptPeer, Share> shares = new HashMap<>();

    /// @param timesFree how many times what is free then a peer may hold
    Backlog(long bytesMax, int timesFree) {
        this.bytesMax = bytesMax;
        this.timesFree = timesFree;
    }

    /// Bytes that are held now.
    long held() {
        return held.get();
    }

    /// A peer's share, for one more user of it; to be given back with [Share#leave].
    synchronized Share join(ReceiptPeer peer) {
        Share share = shares.computeIfAbsent(peer, Share::new);
        share.users++;
        return share;
    }

    private synchronized void leave(Share share) {
        share.users--;
        forgetIfDone(share);
    }

    private synchronized void forgetIfDone(Share share) {
        if (share.users == 0 && share.bytes.get() == 0) {
            shares.remove(share.peer, share);
        }
    }

    /// What one peer holds, over all its connections.
    final class Share {

        private final ReceiptPeer peer;
        private final AtomicLong bytes = new AtomicLong();
        private int users;

        private Share(ReceiptPeer peer) {
            this.peer = peer;
        }

        /// Takes bytes if there is room for them.
        boolean take(long more) {
            long leftFree = bytesMax - held.addAndGet(more); // Taken first: other loops take at the same time.
            if (bytes.addAndGet(more) > timesFree * leftFree) {
                give(more);
                return false;
            }
            return true;
        }

        void give(long taken) {
            held.addAndGet(-taken);
            if (bytes.addAndGet(-taken) == 0) {
                forgetIfDone(this);
            }
        }

        void leave() {
            Backlog.this.leave(this);
        }
    }
}

package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// The memory for frames that wait, shared by all loops, and fairly by peers (`specs/receipts.md` 11): each may hold
/// seven times what it leaves free. One alone gets seven eighths of it, for most machines have one busy peer at a
/// time; two share as much, and a newcomer always finds room.
///
/// Safe to share: what happens often are two atomic additions.
final class Backlog {

    private static final int TIMES_FREE = 7;

    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();
    private final Map<ReceiptPeer, Share> shares = new HashMap<>();

    Backlog(long bytesMax) {
        this.bytesMax = bytesMax;
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
            long leftFree = bytesMax - held.get() - more;
            if (bytes.get() + more > TIMES_FREE * leftFree) {
                return false;
            }
            bytes.addAndGet(more);
            held.addAndGet(more);
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

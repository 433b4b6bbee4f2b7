package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Losses that no receipt tells of yet, per peer (`specs/receipts.md` 2): told within ten seconds, when the peer
/// leaves, and at stop; of one peer at most every ten seconds.
///
/// Bounded: beyond [#PEERS_MAX] peers, new ones are counted by their user.
final class OwedDrops {

    static final int PEERS_MAX = 1_024;
    static final long PERIOD_MILLIS = 10_000;

    /// Half of what is promised at most: a receipt takes a while to be stored.
    private static final long PATIENCE_MILLIS = 5_000;

    /// What is to be told of one peer.
    record Owed(ReceiptPeer peer, String sessionId, DropReasons reasons) {}

    private static final class Account {

        private DropReasons reasons = DropReasons.NONE;
        private String sessionId = "";
        private long dueAt = Long.MAX_VALUE;
        private long toldAt = Long.MIN_VALUE;
    }

    private final Map<ReceiptPeer, Account> accounts = new HashMap<>();

    /// Counts losses.
    ///
    /// @param now of a clock that does not jump
    void add(FrameDrops drops, long now) {
        ReceiptPeer peer = countedAs(drops.peer());
        if (drops.reasons().total() == 0 && !accounts.containsKey(peer)) {
            return; // It leaves, and all has been told.
        }
        Account account = accounts.computeIfAbsent(peer, _ -> new Account());
        account.reasons = account.reasons.plus(drops.reasons());
        if (!drops.sessionId().isEmpty()) {
            account.sessionId = drops.sessionId();
        }
        if (account.reasons.total() > 0) {
            long soonest = account.toldAt == Long.MIN_VALUE ? now : account.toldAt + PERIOD_MILLIS;
            long wanted = drops.leaving() ? now : now + PATIENCE_MILLIS;
            account.dueAt = Math.min(account.dueAt, Math.max(soonest, wanted));
        }
    }

    /// Takes out what is due to be told.
    List<Owed> due(long now) {
        return take(now, false);
    }

    /// Takes out everything.
    List<Owed> all(long now) {
        return take(now, true);
    }

    /// How many events no receipt tells of.
    long total() {
        return accounts.values().stream()
                .map(account -> account.reasons)
                .reduce(DropReasons.NONE, DropReasons::plus)
                .total();
    }

    boolean isEmpty() {
        return accounts.isEmpty();
    }

    private List<Owed> take(long now, boolean everything) {
        List<Owed> taken = new ArrayList<>();
        for (Iterator<Map.Entry<ReceiptPeer, Account>> all = accounts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<ReceiptPeer, Account> entry = all.next();
            Account account = entry.getValue();
            if (account.reasons.total() > 0 && (everything || account.dueAt <= now)) {
                taken.add(new Owed(entry.getKey(), account.sessionId, account.reasons));
                account.reasons = DropReasons.NONE;
                account.dueAt = Long.MAX_VALUE;
                account.toldAt = now;
            } else if (account.reasons.total() == 0 && now - account.toldAt >= PERIOD_MILLIS) {
                all.remove();
            }
        }
        return taken;
    }

    private ReceiptPeer countedAs(ReceiptPeer peer) {
        if (accounts.containsKey(peer) || accounts.size() < PEERS_MAX) {
            return peer;
        }
        return new ReceiptPeer(peer.platform(), 0, peer.uid(), peer.gid(), null);
    }
}

package dev.cairn.relay.receipts;

import java.util.HashMap;
import java.util.Map;

/// How many emitters are connected, all loops together and by user, against their caps.
///
/// Shared by the loops; touched when a connection opens or closes only, hence a lock.
final class FrameAdmission {

    private final int connectionsMax;
    private final int perUserMax;
    private final Map<Long, Integer> byUser = new HashMap<>();
    private int open;

    FrameAdmission(int connectionsMax, int perUserMax) {
        this.connectionsMax = connectionsMax;
        this.perUserMax = perUserMax;
    }

    /// Counts one more connection of a user, unless a cap forbids it. Who is admitted must [#leave].
    synchronized boolean admits(long uid) {
        int ofUser = byUser.getOrDefault(uid, 0);
        if (open >= connectionsMax || ofUser >= perUserMax) {
            return false;
        }
        byUser.put(uid, ofUser + 1);
        open++;
        return true;
    }

    synchronized void leave(long uid) {
        byUser.computeIfPresent(uid, (_, count) -> count == 1 ? null : count - 1);
        open--;
    }

    synchronized int open() {
        return open;
    }
}

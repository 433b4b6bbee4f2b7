package dev.cairn.protocol.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the relay itself must tell in a heartbeat line of kind `note` (`specs/audit-relay.md` 4.2).
public sealed interface HeartbeatNote {

    /// Most peers that one line names; further ones are summed per user.
    int PEERS_MAX = 64;

    /// A longer path of a peer's executable is not worth its place in a line that is to be short.
    int EXE_MAX = 1024;

    /// Events of `peer` that are in no chain; of a sum only the uid is known.
    record Drops(Peer peer, DropCounts counts) implements HeartbeatNote {}

    record KeyRotated(String oldKeyId, String newKeyId) implements HeartbeatNote {}

    /// The wall clock moved against the monotonic one, by this much.
    record ClockStep(long millis) implements HeartbeatNote {}

    /// A fault that the operator has accepted: the chain goes on behind it. All members are those of the
    /// [Fault].
    record DamageAccepted(long line, long offset, String expected, String found) implements HeartbeatNote {}

    /// One note per peer, the ones with most drops first; beyond [#PEERS_MAX] one per uid, as many at most,
    /// and one for the rest.
    static List<HeartbeatNote> drops(Map<Peer, DropCounts> counts) {
        var sorted = new ArrayList<>(counts.entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<Peer, DropCounts> entry) -> entry.getValue().total())
                .reversed());
        var notes = new ArrayList<HeartbeatNote>();
        var sums = new LinkedHashMap<Peer, DropCounts>();
        for (var entry : sorted) {
            Peer peer = entry.getKey();
            if (notes.size() < PEERS_MAX && peer.exe().length() <= EXE_MAX) {
                notes.add(new Drops(peer, entry.getValue()));
            } else {
                sums.merge(sumOf(peer, sums), entry.getValue(), DropCounts::plus);
            }
        }
        sums.forEach((peer, sum) -> notes.add(new Drops(peer, sum)));
        return notes;
    }

    private static Peer sumOf(Peer peer, Map<Peer, DropCounts> sums) {
        Peer user = new Peer(Peer.UNKNOWN, peer.uid(), Peer.UNKNOWN, "");
        return sums.size() < PEERS_MAX || sums.containsKey(user) ? user : Peer.NOBODY;
    }
}

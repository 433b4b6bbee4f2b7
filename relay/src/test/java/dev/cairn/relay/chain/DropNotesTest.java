package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.DropCounts;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.DropReason;
import org.junit.jupiter.api.Test;

class DropNotesTest {

    private final DropNotes notes = new DropNotes();

    @Test
    void sumsByPeerAndReason() {
        Peer peer = new Peer(1, 1000, 1000, "/usr/bin/node");
        notes.add(new Drops(peer, DropReason.INVALID, 1));
        notes.add(new Drops(peer, DropReason.INVALID, 2));
        notes.add(new Drops(peer, DropReason.STORE, 4));

        assertThat(notes.notes()).containsExactly(new HeartbeatNote.Drops(peer, new DropCounts(3, 0, 0, 0, 4)));
    }

    @Test
    void losesNoneOfManyPeersInABoundedNumberOfNotes() {
        for (int pid = 0; pid < 10_000; pid++) {
            notes.add(new Drops(new Peer(pid, pid % 3_000, 100, "/bin/p"), DropReason.SHED, 1));
        }

        assertThat(notes.notes()).hasSizeLessThanOrEqualTo(129);
        assertThat(notes.notes().stream()
                        .mapToLong(note -> ((HeartbeatNote.Drops) note).counts().shed())
                        .sum())
                .isEqualTo(10_000);
    }

    @Test
    void beginsAnewOnceTold() {
        notes.add(new Drops(Peer.NOBODY, DropReason.FRAGMENT, 1));

        notes.clear();

        assertThat(notes.isEmpty()).isTrue();
        assertThat(notes.notes()).isEmpty();
    }
}

package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.DropReason;
import org.junit.jupiter.api.Test;

class DropTallyTest {

    private final Peer peer = new Peer(1, 2, 3, "/bin/p");
    private final DropTally tally = new DropTally();

    @Test
    void sumsUpByPeerAndReason() {
        tally.add(peer, DropReason.INVALID, 2);
        tally.add(Peer.NOBODY, DropReason.INVALID, 1);
        tally.add(peer, DropReason.INVALID, 3);
        tally.add(peer, DropReason.SHED, 1);

        assertThat(tally.take())
                .containsExactlyInAnyOrder(
                        new Drops(peer, DropReason.INVALID, 5),
                        new Drops(Peer.NOBODY, DropReason.INVALID, 1),
                        new Drops(peer, DropReason.SHED, 1));
        assertThat(tally.isEmpty()).isTrue();
        assertThat(tally.take()).isEmpty();
    }

    @Test
    void isFullWhenItKnowsAsManyKindsAsItMay() {
        for (int pid = 0; pid < 255; pid++) {
            tally.add(new Peer(pid, 2, 3, "/bin/p"), DropReason.INVALID, 1);
        }
        boolean before = tally.isFull();
        tally.add(peer, DropReason.SHED, 1);

        assertThat(before).isFalse();
        assertThat(tally.isFull()).isTrue();
    }
}

package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ReceiptPeer;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog(1_000, 7);

    @Test
    void onePeerAloneGetsSevenEighths() {
        Backlog.Share share = backlog.join(peer(1));

        assertThat(fill(share)).isEqualTo(870);
    }

    @Test
    void withOnceWhatIsFreeOneAloneGetsHalfAndTheNextAQuarter() {
        Backlog fair = new Backlog(1_000, 1);

        assertThat(fill(fair.join(peer(1)))).isEqualTo(500);
        assertThat(fill(fair.join(peer(2)))).isEqualTo(250);
    }

    @Test
    void whatIsRefusedIsNotHeld() {
        Backlog.Share share = backlog.join(peer(1));

        assertThat(share.take(900)).isFalse();
        assertThat(backlog.held()).isZero();
        assertThat(share.take(870)).isTrue();
    }

    @Test
    void aNewcomerFindsRoomBesideOneWhoTakesAllItCan() {
        fill(backlog.join(peer(1)));

        assertThat(fill(backlog.join(peer(2)))).isEqualTo(110);
    }

    @Test
    void moreConnectionsOfOnePeerDoNotGetMore() {
        fill(backlog.join(peer(1)));

        assertThat(fill(backlog.join(peer(1)))).isZero();
    }

    @Test
    void whatIsGivenBackIsFree() {
        Backlog.Share share = backlog.join(peer(1));
        share.take(400);
        share.leave();
        share.give(400);

        assertThat(backlog.held()).isZero();
        assertThat(fill(backlog.join(peer(1)))).isEqualTo(870);
    }

    private static int fill(Backlog.Share share) {
        int taken = 0;
        while (share.take(10)) {
            taken += 10;
        }
        return taken;
    }

    private static ReceiptPeer peer(int pid) {
        return new ReceiptPeer("linux", pid, 7, 7, null);
    }
}

package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.log.HeardLog;
import org.junit.jupiter.api.Test;

class OwnUserTest {

    @Test
    void aServiceSaysOnceThatAnEmitterIsOfItsOwnUser() {
        assertThat(told(new OwnUser(990, true), 1000, 990, 990)).isEqualTo(1);
    }

    @Test
    void othersAreNoMatter() {
        assertThat(told(new OwnUser(990, true), 0, 1000)).isZero();
    }

    @Test
    void whoRunsARelayForThemselvesWasToldAtItsStart() {
        assertThat(told(new OwnUser(1000, false), 1000)).isZero();
    }

    @Test
    void theSuperuserCouldTouchEverythingAnyway() {
        assertThat(told(new OwnUser(0, true), 0)).isZero();
    }

    private static int told(OwnUser own, long... uids) {
        try (HeardLog heard = HeardLog.of(OwnUser.class)) {
            for (long uid : uids) {
                own.admitted(new ReceiptPeer("linux", 7, uid, uid, null));
            }
            return heard.size();
        }
    }
}

package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.log.HeardLog;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnUserTest {

    private final AtomicLong uptime = new AtomicLong(5);

    @Test
    void aServiceSaysOnceAnHourThatAnEmitterIsOfItsOwnUser() {
        OwnUser own = new OwnUser(990, true, uptime::get);

        int first = told(own, 1000, 990, 990);
        uptime.addAndGet(OwnUser.PERIOD_MILLIS - 1);
        int early = told(own, 990);
        uptime.incrementAndGet();
        int due = told(own, 1000, 990, 990);

        assertThat(List.of(first, early, due)).containsExactly(1, 0, 1);
    }

    @Test
    void othersAreNoMatter() {
        assertThat(told(new OwnUser(990, true, uptime::get), 0, 1000)).isZero();
    }

    @Test
    void whoRunsARelayForThemselvesWasToldAtItsStart() {
        assertThat(told(new OwnUser(1000, false, uptime::get), 1000)).isZero();
    }

    @Test
    void theSuperuserCouldTouchEverythingAnyway() {
        assertThat(told(new OwnUser(0, true, uptime::get), 0)).isZero();
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

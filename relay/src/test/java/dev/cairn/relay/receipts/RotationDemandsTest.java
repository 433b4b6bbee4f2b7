package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated.Obstacle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationDemandsTest {

    private static final long OURS = new UnixSystem().getUid();

    private final RotationDemands demands = new RotationDemands();

    @Test
    void theRelaysOwnUserAndTheSuperuserMayAsk() {
        assertThat(demands.refusal(peer(OURS), 0)).isEmpty();
        assertThat(demands.refusal(peer(0), 0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {Peer.UNKNOWN, 4_242_424})
    void nobodyElseMay(long uid) {
        assertThat(demands.refusal(peer(uid), 0)).map(KeyNotRotated::obstacle).contains(Obstacle.NOT_ALLOWED);
    }

    @Test
    void aFewMayFollowOneAnotherAndThenOneInTenMinutes() {
        for (int i = 0; i < 5; i++) {
            assertThat(demands.refusal(peer(OURS), 1_000)).isEmpty();
        }

        assertThat(demands.refusal(peer(OURS), 600_999))
                .map(KeyNotRotated::obstacle)
                .contains(Obstacle.TOO_OFTEN);
        assertThat(demands.refusal(peer(OURS), 601_000)).isEmpty();
        assertThat(demands.refusal(peer(OURS), 601_000)).isPresent();
    }

    private static Peer peer(long uid) {
        return new Peer(1, uid, uid, "");
    }
}

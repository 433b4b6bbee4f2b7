package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.log.HeardLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the security log says of signing, however much is asked for.
class DecisionLogTest {

    private static final String KEY = "0e435a1f72a74b8e";

    private final Vertx vertx = Vertx.vertx();
    private final HeardLog heard = HeardLog.of(DecisionLog.class);

    @AfterEach
    void close() throws TimeoutException {
        heard.close();
        vertx.close().await(10, SECONDS);
    }

    @Test
    void equalDecisionsOfASecondAreOneLineAtOnceAndOneWithTheirNumber() throws Exception {
        decide(log -> {
            for (int i = 0; i < 1_000; i++) {
                log.decided(Decision.SIGNED, "attestation", KEY, Peer.NOBODY);
            }
        });
        int atOnce = heard.size();
        until(() -> heard.size() == 2);

        assertThat(atOnce).isEqualTo(1);
        assertThat(heard.values("key_id")).containsExactly(KEY, KEY);
        assertThat(heard.values("kind")).containsExactly("attestation", "attestation");
        assertThat(heard.values("count")).containsExactly("999");
    }

    @Test
    void nobodyCanPushTheHistoryOutOfTheLog() throws Exception {
        decide(log -> {
            for (int i = 0; i < 1_000; i++) {
                log.decided(Decision.NOT_VERIFIED, "text", String.format("%016x", i), Peer.NOBODY);
            }
        });
        int atOnce = heard.size();
        until(() -> heard.size() > atOnce);

        assertThat(atOnce).isEqualTo(64);
        assertThat(heard.values("count")).containsExactly("936");
    }

    @Test
    void anIdThatIsNoneIsNotRepeated() throws Exception {
        decide(log -> log.decided(Decision.NOT_VERIFIED, "text", "the secret", Peer.NOBODY));

        assertThat(heard.values("key_id")).containsExactly("(malformed)");
    }

    private interface Decisions {
        void on(DecisionLog log);
    }

    private void decide(Decisions decisions) throws TimeoutException {
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(_ -> {
            decisions.on(new DecisionLog(vertx));
            done.complete();
        });
        Future<Void> decided = done.future();
        decided.await(10, SECONDS);
    }

    /// Looks again and again on a timer, for ten seconds at most.
    private void until(BooleanSupplier condition) throws InterruptedException {
        CountDownLatch met = new CountDownLatch(1);
        long timer = vertx.setPeriodic(10, _ -> {
            if (condition.getAsBoolean()) {
                met.countDown();
            }
        });
        assertThat(met.await(10, SECONDS)).isTrue();
        vertx.cancelTimer(timer);
    }
}

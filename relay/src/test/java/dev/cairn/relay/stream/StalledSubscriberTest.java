package dev.cairn.relay.stream;

import static dev.cairn.relay.stream.TestRelay.SETTINGS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.HeardLog;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class StalledSubscriberTest {

    private static final RelayConfig.Stream IMPATIENT =
            new RelayConfig.Stream(1000, 8_000_000, 100, Duration.ofSeconds(1), 32);
    private static final Settings SHED_SOON = new Settings(IMPATIENT, Duration.ofHours(1), Duration.ofSeconds(10));

    /// A subscriber that was shed and does not close is cut off after this.
    private static final Duration CUT_OFF = Duration.ofSeconds(5);

    /// What a busy machine may add.
    private static final Duration SLACK = Duration.ofSeconds(4);

    @Test
    void shedsASubscriberThatStopsReadingAndEndsItsConnectionWhileOthersKeepPace() throws Exception {
        try (var heard = HeardLog.of(Subscriber.class);
                var relay = new TestRelay(SHED_SOON);
                var healthy = relay.client().subscribed(0);
                var stalled = new RawSubscriber(relay.port(), relay.token).subscribed()) {
            healthy.next();
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 2);
            for (int i = 0; i < 400; i++) {
                relay.appendMany(4, 10_000); // 16 MB: more than kernel buffers hold.
                healthy.take(4);
            }
            long stalledAt = System.nanoTime();
            waitUntilOneIsShed(relay);
            long shedAt = System.nanoTime();
            relay.appendMany(1, 10);
            String onTime = healthy.next();
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 1);
            long goneAt = System.nanoTime();

            assertThat(onTime).contains("\"seq\":1601,");
            assertThat(Duration.ofNanos(shedAt - stalledAt))
                    .isLessThan(IMPATIENT.stallTimeout().plus(SLACK));
            assertThat(Duration.ofNanos(goneAt - shedAt)).isLessThan(CUT_OFF.plus(SLACK));
            assertThat(gauge(relay, "cairn.stream.unsent.bytes")).isLessThan(1_000_000);
            assertThat(stalled.readToTheEnd()).isNotEmpty();
            assertThat(heard.messages()).containsExactly("shed a subscriber: it took too little for too long");
        }
    }

    @Test
    void tellsOneThatReadsAgainInTimeWhyItWasShed() throws Exception {
        try (var relay = new TestRelay(SHED_SOON);
                var stalled = new RawSubscriber(relay.port(), relay.token).subscribed()) {
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 1);
            relay.appendMany(1600, 10_000);
            waitUntilOneIsShed(relay);
            stalled.answerClose();

            assertThat(stalled.readToTheEnd()).endsWith("\u0003\u00f5consumer-too-slow"); // 1013, once.
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 0);
        }
    }

    @Test
    void whoClosesGetsTheSameFrameBackAndNothingBehindIt() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var leaving = new RawSubscriber(relay.port(), relay.token).subscribed()) {
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 1);
            relay.appendMany(1600, 10_000); // 16 MB: more than kernel buffers hold.
            waitUntil(relay, () -> gauge(relay, "cairn.stream.unsent.bytes") > 0);
            leaving.answerClose();
            relay.appendMany(200, 10_000);

            assertThat(leaving.readToTheEnd()).endsWith("\u0088\u0002\u0003\u00f5");
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 0);
        }
    }

    @Test
    void bringsASubscriberBackThatPausedAndTellsItThatItLagged() throws Exception {
        Settings smallRing = new Settings(
                new RelayConfig.Stream(10, 2_000_000, 100, Duration.ofSeconds(60), 32),
                Duration.ofHours(1),
                Duration.ofSeconds(10));
        try (var relay = new TestRelay(smallRing);
                var client = new PausingClient(relay)) {
            client.awaitLive();
            client.pause();
            for (int i = 0; i < 300; i++) {
                relay.appendMany(4, 20_000);
            }
            client.resume();

            assertThat(client.recordsUpTo(1200)).isTrue();
            assertThat(client.sawLagging()).isTrue();
        }
    }

    @Test
    void readsNoFurtherFromOneThatDoesNotReadSoThatItsPingsCannotPileUp() throws Exception {
        try (var relay = new TestRelay(SHED_SOON);
                var flood = new RawSubscriber(relay.port(), relay.token).subscribed()) {
            byte[] pings = new byte[131 * 1000];
            for (int i = 0; i < pings.length; i += 131) {
                pings[i] = (byte) 0x89;
                pings[i + 1] = (byte) (0x80 | 125);
            }
            AtomicLong taken = new AtomicLong();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> flood(flood, pings, taken));
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 1);
            relay.appendMany(2000, 10_000);
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 0);

            assertThat(writer).failsWithin(Duration.ofSeconds(10));
            assertThat(taken).hasValueLessThan(50_000_000);
        }
    }

    private static void flood(RawSubscriber from, byte[] pings, AtomicLong taken) {
        try {
            for (int i = 0; i < 10_000; i++) {
                from.write(pings); // 1.3 GB, were it taken.
                taken.addAndGet(pings.length);
            }
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        }
    }

    @Test
    void keepsSubscribersThatAreSilentButAlive() throws Exception {
        try (var relay = new TestRelay(SHED_SOON);
                var quiet = relay.client().subscribed(0)) {
            quiet.next();
            CountDownLatch later = new CountDownLatch(1);
            relay.vertx.setTimer(3_000, _ -> later.countDown());
            later.await(10, SECONDS);
            relay.appendMany(1, 10);

            assertThat(quiet.next()).contains("\"seq\":1,");
        }
    }

    @Test
    void forgetsASubscriberThatWentAway() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var gone = new RawSubscriber(relay.port(), relay.token).subscribed()) {
            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 1);
            gone.hangUp();

            waitUntil(relay, () -> gauge(relay, "cairn.stream.subscribers") == 0);
        }
    }

    private static void waitUntilOneIsShed(TestRelay relay) throws InterruptedException {
        var sheds = relay.meters.get("cairn.stream.sheds").functionCounter();
        waitUntil(relay, () -> sheds.count() == 1);
    }

    private static double gauge(TestRelay relay, String name) {
        return relay.meters.get(name).gauge().value();
    }

    /// Looks again and again on the relay's timer, for 20 seconds at most.
    private static void waitUntil(TestRelay relay, BooleanSupplier condition) throws InterruptedException {
        CountDownLatch met = new CountDownLatch(1);
        long timer = relay.vertx.setPeriodic(10, _ -> {
            if (condition.getAsBoolean()) {
                met.countDown();
            }
        });
        boolean inTime = met.await(20, SECONDS);
        relay.vertx.cancelTimer(timer);
        assertThat(inTime).isTrue();
    }
}

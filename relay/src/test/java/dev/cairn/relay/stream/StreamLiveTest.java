package dev.cairn.relay.stream;

import static dev.cairn.relay.stream.TestRelay.LIMITS;
import static dev.cairn.relay.stream.TestRelay.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamLiveTest {

    private static final int RECORDS = 3_000;
    private static final RelayConfig.Stream SMALL_RING =
            new RelayConfig.Stream(20, 2_000_000, 100, Duration.ofSeconds(10), 32);

    /// Subscribers come at any time with any cursor, reconnect in between, and the ring is too small for most
    /// of them.
    @ParameterizedTest
    @MethodSource("seeds")
    void everySubscriberSeesEachRecordOnceAcrossReconnectsWhileTheChainGrows(int seed) throws Exception {
        try (var relay = new TestRelay(settings(seed % 2 == 0 ? SMALL_RING : LIMITS));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> subscribers = new ArrayList<>();
            Random random = new Random(seed);

            while (relay.tip() < RECORDS) {
                if (random.nextInt(8) == 0) {
                    relay.appendUnseen(TestRelay.line(relay.tip() + 1, random.nextInt(400)));
                } else {
                    relay.appendMany(1 + random.nextInt(20), random.nextInt(400));
                }
                if (subscribers.size() < 5 && random.nextInt(8) == 0) {
                    long since = random.nextLong(relay.tip() + 1);
                    long own = random.nextLong();
                    subscribers.add(threads.submit(() -> follow(relay, since, new Random(own))));
                }
            }
            subscribers.add(threads.submit(() -> follow(relay, 0, new Random(seed))));

            for (Future<List<Long>> subscriber : subscribers) {
                assertOneByOneUpTo(relay.tip(), subscriber);
            }
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 4);
    }

    @Test
    void readsTheLogForRecordsThatItWasOnlyToldOf() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().subscribed(0)) {
            client.next(); // Live.
            relay.appendMany(2, 10);
            relay.appendUnseen(TestRelay.line(3, 10), TestRelay.line(4, 10));
            relay.appendMany(1, 10);

            List<String> frames = new ArrayList<>();
            do {
                frames.add(client.next());
            } while (!frames.getLast().contains("\"seq\":5,"));

            assertThat(seqs(frames)).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(frames).noneMatch(frame -> frame.contains("subscriber_lagging"));
        }
    }

    @Test
    void saysWhatItHasHeard() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().subscribed(0)) {
            client.next(); // Live.
            relay.appendMany(10, 900_000);
            client.take(10);

            assertThat(relay.unheard.hasRoom()).isTrue();
        }
    }

    @Test
    void usesAtMostAQuarterOfTheMemoryOutsideTheHeapForTheRing() {
        RelayConfig.Stream fits = StreamVerticle.within(8_000_000, SETTINGS.limits());
        RelayConfig.Stream less = StreamVerticle.within(8_000_000 - 4, SETTINGS.limits());

        assertThat(fits).isEqualTo(SETTINGS.limits());
        assertThat(less.ringBytesMax()).isEqualTo(1_999_999);
    }

    @Test
    void keepsNothingWhileNobodyListensAndStillMissesNothing() throws Exception {
        try (var relay = new TestRelay(SETTINGS)) {
            relay.appendMany(100, 10);
            try (var client = relay.client().subscribed(98)) {
                var replayed = client.take(3);
                relay.appendMany(2, 10);

                assertThat(seqs(replayed)).containsExactly(99L, 100L);
                assertThat(seqs(client.take(2))).containsExactly(101L, 102L);
            }
        }
    }

    @Test
    void deliversARecordThatIsLargerThanTheRing() throws Exception {
        RelayConfig.Stream tiny = new RelayConfig.Stream(20, 100_000, 100, Duration.ofSeconds(10), 32);
        try (var relay = new TestRelay(settings(tiny));
                var client = relay.client().subscribed(0)) {
            client.next();
            relay.appendMany(1, 10);
            relay.appendMany(1, 900_000);
            relay.appendMany(1, 10);
            List<String> frames = new ArrayList<>();
            while (frames.stream().noneMatch(frame -> frame.contains("\"seq\":3"))) {
                frames.add(client.next());
            }

            assertThat(seqs(frames)).containsExactly(1L, 2L, 3L);
        }
    }

    /// Follows to the end, reconnecting at random; returns what it has seen, `since` first.
    private static List<Long> follow(TestRelay relay, long since, Random random) throws InterruptedException {
        List<Long> seen = new ArrayList<>(List.of(since));
        while (seen.getLast() < RECORDS) {
            try (var client = relay.client().subscribed(seen.getLast())) {
                int live = 0;
                long until = seen.getLast() + 1 + random.nextInt(1500);
                while (seen.getLast() < Math.min(until, RECORDS)) {
                    String frame = client.next();
                    live += frame.startsWith("{\"t\":\"live\"") ? 1 : 0;
                    seen.addAll(seqs(List.of(frame)));
                }
                assertThat(live).isLessThanOrEqualTo(1);
            }
        }
        return seen;
    }

    private static void assertOneByOneUpTo(long tip, Future<List<Long>> subscriber)
            throws ExecutionException, InterruptedException {
        List<Long> seen = subscriber.get();
        List<Long> expected =
                LongStream.rangeClosed(seen.getFirst(), tip).boxed().toList();
        assertThat(seen).startsWith(seen.getFirst()).isEqualTo(expected.subList(0, seen.size()));
        assertThat(seen.getLast()).isGreaterThanOrEqualTo(RECORDS);
    }

    private static List<Long> seqs(List<String> frames) {
        String prefix = "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":";
        List<Long> seqs = new ArrayList<>();
        for (String frame : frames) {
            if (frame.startsWith(prefix)) {
                long seq = Long.parseLong(frame.substring(prefix.length(), frame.indexOf(',', prefix.length())));
                assertThat(frame).contains("\"record\":{\"n\":" + seq + ",");
                seqs.add(seq);
            }
        }
        return seqs;
    }

    private static Settings settings(RelayConfig.Stream limits) {
        return new Settings(limits, Duration.ofHours(1), Duration.ofSeconds(10));
    }
}

package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenLoopTest {

    private static final EmitterLoad THOUSAND_A_SECOND =
            new EmitterLoad(1, 16, 1_000, 450, RequestMix.EVENTS, EmitterLoad.UNLIMITED, false);

    private static final long LEAD_MICROS = 300_000;

    @TempDir
    Path directory;

    private final LoadClock clock = new LoadClock();

    @Test
    void chargesAStallToEveryEventThatWasDueInIt() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        Path socket = directory.resolve("relay.sock");
        Run run = new Run(
                1, clock, Measured.startingAt(clock.micros() + LEAD_MICROS, Duration.ZERO, Duration.ofSeconds(2)));

        try (TinyRelay _ = TinyRelay.on(socket, _ -> stallOnce(answered));
                Emitters emitters = new Emitters(socket, THOUSAND_A_SECOND, run, () -> 0, null)) {
            emitters.start();
            waitUntil(run.measured().toMicros());
            emitters.stop(Duration.ofSeconds(10));

            Latency latency = emitters.latency().total();
            assertThat(latency.count()).isBetween(1_950L, 2_050L);
            assertThat(latency.maxMicros()).isBetween(950_000L, 1_500_000L);
            // Half of the events were due in the stall and waited for 1,000 to 0 ms, evenly.
            assertThat(latency.p90Micros()).isBetween(700_000L, 1_000_000L);
            assertThat(latency.p99Micros()).isGreaterThan(900_000);
        }
    }

    @Test
    void sendsOnTimeWhileNothingIsAnswered() throws Exception {
        AtomicInteger received = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        Path socket = directory.resolve("relay.sock");
        Run run = new Run(
                1, clock, Measured.startingAt(clock.micros() + LEAD_MICROS, Duration.ZERO, Duration.ofMillis(500)));

        try (TinyRelay _ = TinyRelay.on(socket, _ -> answerAfter(end, received));
                Emitters emitters = new Emitters(socket, THOUSAND_A_SECOND, run, () -> 0, null)) {
            emitters.start();
            waitUntil(run.measured().toMicros());
            long unanswered = emitters.stop(Duration.ofMillis(100));
            end.countDown();

            assertThat(emitters.fault()).isEmpty();
            assertThat(unanswered).isGreaterThan(100); // What a socket buffer holds; the window does not count.
        }
    }

    private static String stallOnce(AtomicInteger answered) {
        if (answered.incrementAndGet() == 500) {
            LockSupport.parkNanos(1_000_000_000L);
        }
        return TinyRelay.STORED;
    }

    private static String answerAfter(CountDownLatch end, AtomicInteger received) {
        try {
            end.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        received.incrementAndGet();
        return TinyRelay.STORED;
    }

    private void waitUntil(long micros) {
        while (clock.micros() < micros) {
            LockSupport.parkNanos((micros - clock.micros()) * 1000);
        }
    }
}

package dev.cairn.relay.ingress;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An orderly stop (`specs/audit-relay.md` 4.3).
@Timeout(30)
class StopTest {

    @TempDir
    Path dir;

    private RunningIngress relay;

    @BeforeEach
    void start() {
        relay = RunningIngress.in(dir);
    }

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    void answersWhatHasArrivedThenCloses() throws Exception {
        relay.chain.hold().await();
        try (Client client = relay.connect()) {
            client.ask(Requests.PING.strip());
            client.send(Requests.event("a") + Requests.event("b") + "{\"half");

            Future<Void> stopping = relay.stop();
            relay.chain.release().await();

            assertThat(client.answersToTheEnd()).hasSize(2).allMatch(answer -> answer.contains("\"ok\":true"));
            stopping.await();
            assertThat(relay.chain.lines).hasSize(2);
        }
    }

    @Test
    void closesIdleClientsAtOnce() throws IOException {
        try (Client idle = relay.connect()) {
            idle.ask(Requests.PING.strip());
            Instant before = Instant.now();

            relay.stop().await();

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofMillis(1_500));
            assertThat(idle.isAtEnd()).isTrue();
        }
    }

    @Test
    void waitsNoLongerThanTwoSecondsForTheChain() throws IOException {
        relay.chain.hold().await();
        try (Client client = relay.connect()) {
            client.ask(Requests.PING.strip());
            client.send(Requests.event("a"));
            Instant before = Instant.now();

            relay.stop().await();

            assertThat(Duration.between(before, Instant.now()))
                    .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(5));
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void endsReceiptsBesideAConversationThatDoesNotEnd() throws Exception {
        StandInFrames frames = new StandInFrames();
        try (RunningIngress both = RunningIngress.with(frames, dir.resolve("both"), "{}");
                Client audit = both.connect();
                Client other = both.connect(); // On the other loop, wherever the emitter gets to.
                Client emitter = both.connect()) {
            audit.ask(Requests.PING.strip());
            other.ask(Requests.PING.strip());
            both.chain.hold().await();
            audit.send(Requests.event("a"));
            other.send(Requests.event("b"));
            emitter.send(new byte[] {0});
            RunningIngress.until(() -> frames.received.get() == 1);
            Instant before = Instant.now();

            Future<Void> stopping = both.stop();
            frames.stopping.get(10, SECONDS);
            Duration waited = Duration.between(before, Instant.now());
            emitter.send(new byte[] {0});
            RunningIngress.until(() -> frames.received.get() == 2);
            frames.end();
            stopping.await();

            assertThat(waited).isLessThan(Duration.ofMillis(1_500));
            assertThat(audit.isAtEnd()).isTrue();
            assertThat(other.isAtEnd()).isTrue();
        }
    }

    @Test
    void readsReceiptsForAsLongAsIsConfigured() throws Exception {
        StandInFrames frames = new StandInFrames();
        try (RunningIngress both = RunningIngress.with(frames, dir.resolve("both"), "{\"drain_millis\":6000}");
                Client emitter = both.connect()) {
            emitter.send(new byte[] {0});
            RunningIngress.until(() -> frames.received.get() == 1);

            Future<Void> stopping = both.stop();
            both.vertx.timer(3_000, MILLISECONDS).await();
            emitter.send(new byte[] {0});
            RunningIngress.until(() -> frames.received.get() == 2);
            frames.end();
            stopping.await();
        }
    }

    @Test
    void aClientThatHasSaidNothingYetHoldsUpNobody() throws Exception {
        StandInFrames frames = new StandInFrames();
        try (RunningIngress both = RunningIngress.with(frames, dir.resolve("both"), "{}");
                Client silent = both.connect();
                Client quiet = both.connect();
                Client emitter = both.connect()) {
            emitter.send(new byte[] {0});
            RunningIngress.until(() -> frames.received.get() == 1);
            Instant before = Instant.now();

            Future<Void> stopping = both.stop();
            frames.stopping.get(10, SECONDS);
            Duration waited = Duration.between(before, Instant.now());
            frames.end();
            stopping.await();

            assertThat(waited).isLessThan(Duration.ofMillis(1_500));
            assertThat(silent.isAtEnd()).isTrue();
            assertThat(quiet.isAtEnd()).isTrue();
        }
    }

    @Test
    void acceptsNobodyAnyMore() {
        relay.stop().await();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> relay.connect().ask(Requests.PING.strip()));
    }
}

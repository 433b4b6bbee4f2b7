package dev.cairn.relay.ingress;

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
    void acceptsNobodyAnyMore() {
        relay.stop().await();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> relay.connect().ask(Requests.PING.strip()));
    }
}

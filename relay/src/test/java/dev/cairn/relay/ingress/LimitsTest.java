package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a line may be, how many may connect, and for how long in silence (`specs/audit-relay.md` 1.1).
@Timeout(60)
class LimitsTest {

    private static final String TOO_LARGE = "{\"ok\":false,\"error\":\"Message too large\"}";

    @TempDir
    Path dir;

    @RegisterExtension
    final Opened opened = new Opened();

    @Test
    void acceptsALineOf65535CharactersWhateverItsBytes() throws IOException {
        Client client = opened.connectTo(opened.relay(dir));
        String ascii = padded('x', 65_535);
        String wide = padded('あ', 30_052);

        assertThat(client.ask(ascii)).contains("\"ok\":true");
        assertThat(client.ask(wide)).contains("\"ok\":true");
        assertThat(ascii).hasSize(65_535);
        assertThat(wide.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(89_000);
    }

    @Test
    void refusesAnEventWhoseStoredLineWouldBeTooLongAndGoesOn() throws IOException {
        RunningIngress relay = opened.relay(dir);
        Client client = opened.connectTo(relay);

        String answer = client.ask(
                Requests.event("e", ",\"x\":[" + "1e20,".repeat(60_000) + "1]").strip());

        assertThat(answer).isEqualTo(TOO_LARGE);
        assertThat(client.ask(Requests.PING.strip())).contains("\"ok\":true");
        relay.untilDropped(DropReason.INVALID, 1);
    }

    @Test
    void answersALineOfTenMegabytesThenCloses() throws IOException {
        RunningIngress relay = opened.relay(dir);
        Client client = opened.connectTo(relay);
        client.send(Requests.event("before"));

        client.send("x".repeat(10_000_000) + "\n" + Requests.event("after"));

        List<String> answers = client.answersToTheEnd();
        assertThat(answers).hasSize(2).element(1).isEqualTo(TOO_LARGE);
        relay.untilDropped(DropReason.OVERSIZE, 1);
        RunningIngress.until(() -> relay.connections() == 0);
        assertThat(relay.chain.lines).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_700})
    void storesLargeEventsOfManyClientsAtOnceHoweverLongTheDiskTakes(long stallMillis) throws Exception {
        RunningIngress relay = opened.relay(dir);
        relay.chain.hold().await();
        String large = Requests.event("e", ",\"x\":\"" + "x".repeat(900_000) + "\"");
        List<CompletableFuture<String>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < 60; i++) {
                Client client = opened.connectTo(relay);
                answers.add(CompletableFuture.supplyAsync(() -> tellTo(client, large), threads));
            }
            relay.vertx.timer(stallMillis + 1, TimeUnit.MILLISECONDS).await();
            relay.chain.release().await();
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).contains("\"ok\":true"));
        assertThat(relay.chain.lines).hasSize(60);
    }

    @Test
    void refusesLinesThatDoNotEndWhenOthersNeedTheirMemory() throws Exception {
        RunningIngress relay = opened.relay(dir);
        String large = Requests.event("e", ",\"x\":\"" + "x".repeat(900_000) + "\"");
        List<Client> halves = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            halves.add(opened.connectTo(relay));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        halves.forEach(half -> threads.execute(() -> half.canSend(large.strip().getBytes(StandardCharsets.UTF_8))));

        RunningIngress.until(() -> relay.refused(Refusal.UNFINISHED) > 0);
        String other = opened.connectTo(relay).ask(large.strip());

        assertThat(other).contains("\"ok\":true");
        List<Callable<List<String>>> reads = new ArrayList<>();
        halves.forEach(half -> reads.add(half::answersToTheEnd));
        assertThat(threads.invokeAny(reads))
                .containsExactly("{\"ok\":false,\"error\":\"Not stored: the line had not ended when others needed the"
                        + " memory that it held\"}");
        relay.untilDropped(DropReason.SHED, 1);
        opened.closeAll();
        threads.shutdown();
    }

    /// Who has enough room lets a line take its time, and one user's lines do not hold up what is short.
    @Test
    void letsALineTakeItsTimeWhileNobodyNeedsItsMemory() throws IOException {
        RunningIngress relay = opened.relay(dir);
        Client slow = opened.connectTo(relay);
        String large = Requests.event("e", ",\"x\":\"" + "x".repeat(900_000) + "\"");
        slow.send(large.substring(0, 800_000));
        Client other = opened.connectTo(relay);
        long since = System.nanoTime();
        while (System.nanoTime() - since
                < UnfinishedLines.PATIENCE.plusMillis(700).toNanos()) {
            assertThat(other.ask(Requests.event("f").strip())).contains("\"ok\":true");
        }
        slow.send(large.substring(800_000));

        assertThat(slow.answer()).contains("\"ok\":true");
        assertThat(relay.refused(Refusal.UNFINISHED)).isZero();
    }

    private static String tellTo(Client client, String line) {
        try {
            client.send(line);
            return client.answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void hangsUpOnALineThatNeverEnds() throws IOException {
        RunningIngress relay = opened.relay(dir);
        Client client = opened.connectTo(relay);
        byte[] piece = "x".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);

        RunningIngress.until(() -> !client.canSend(piece));

        RunningIngress.until(() -> relay.connections() == 0);
    }

    @Test
    void closesAConnectionPastTheCapAndAcceptsOneWhenAnotherHasGone() throws IOException {
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limits(2, 100, Duration.ofMinutes(1))));
        Client first = opened.connectTo(relay);
        Client second = opened.connectTo(relay);
        first.ask(Requests.PING.strip());
        second.ask(Requests.PING.strip());

        boolean third = opened.connectTo(relay).isAtEnd();
        first.close();
        RunningIngress.until(() -> relay.connections() == 1);

        assertThat(third).isTrue();
        assertThat(opened.connectTo(relay).ask(Requests.PING.strip())).contains("\"ok\":true");
        relay.untilDropped(DropReason.SHED, 1);
    }

    @Test
    void capsTheConnectionsOfOneUser() throws IOException {
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limits(100, 1, Duration.ofMinutes(1))));
        Client first = opened.connectTo(relay);
        first.ask(Requests.PING.strip());

        assertThat(opened.connectTo(relay).isAtEnd()).isTrue();
        assertThat(first.ask(Requests.PING.strip())).contains("\"ok\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"type\":\"pi", "{\"type\":\"ping\"}\n"})
    void closesAClientThatFallsSilent(String sent) throws IOException {
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(200))));
        Client client = opened.connectTo(relay);
        client.send(sent);

        List<String> answers = client.answersToTheEnd();

        assertThat(answers).hasSize(sent.endsWith("\n") ? 1 : 0);
        RunningIngress.until(() -> relay.connections() == 0);
    }

    @Test
    void closesAClientThatFeedsALineForEver() throws IOException {
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(200))));
        Client client = opened.connectTo(relay);

        RunningIngress.until(() -> !client.canSend(new byte[] {'x'}));

        relay.untilDropped(DropReason.FRAGMENT, 1);
        RunningIngress.until(() -> relay.connections() == 0); // It leaves just behind its drop.
    }

    @Test
    void waitsForASlowChainHoweverLong() throws Exception {
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(100))));
        relay.chain.hold().await();
        Client patient = opened.connectTo(relay);
        Client silent = opened.connectTo(relay);
        patient.send(Requests.event("a"));

        boolean silentWasClosed = silent.isAtEnd();
        boolean silentAgain = opened.connectTo(relay).isAtEnd();
        relay.chain.release().await();

        assertThat(silentWasClosed && silentAgain).isTrue();
        assertThat(patient.answer()).contains("\"ok\":true");
    }

    @Test
    void refusesFramesOfTheOtherDialectOnItsOwnSocket() throws IOException {
        Client client = opened.connectTo(opened.relay(dir));

        client.send(new byte[] {0, 0, 0, 2, '{', '}'});

        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void takesEverythingForALineOnAWellKnownSocket() throws IOException {
        Client client = opened.connectTo(opened.keep(RunningIngress.speaking(Speech.LINES, dir)));

        client.send(new byte[] {0, 0, 0, 2, '{', '}', '\n'});

        assertThat(client.answer()).contains("Invalid JSON");
    }

    /// An event whose whole line has exactly so many UTF-16 units.
    private static String padded(char filler, int units) {
        String bare = Requests.event("e", ",\"x\":\"\"").strip();
        String filling = String.valueOf(filler).repeat(units - bare.length());
        return Requests.event("e", ",\"x\":\"" + filling + "\"").strip();
    }
}

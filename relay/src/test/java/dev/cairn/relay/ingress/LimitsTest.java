package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client cannot do to the relay, or to others (`specs/audit-relay.md` 1.1).
@Timeout(60)
class LimitsTest {

    private static final String TOO_LARGE = "{\"ok\":false,\"error\":\"Message too large\"}";

    @TempDir
    Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void acceptsALineOf65535CharactersWhateverItsBytes() throws IOException {
        Client client = connectTo(relay());
        String ascii = padded('x', 65_535);
        String wide = padded('あ', 30_052);

        assertThat(client.ask(ascii)).contains("\"ok\":true");
        assertThat(client.ask(wide)).contains("\"ok\":true");
        assertThat(ascii).hasSize(65_535);
        assertThat(wide.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(89_000);
    }

    @Test
    void refusesAnEventWhoseStoredLineWouldBeTooLongAndGoesOn() throws IOException {
        RunningIngress relay = relay();
        Client client = connectTo(relay);

        String answer = client.ask(
                Requests.event("e", ",\"x\":[" + "1e20,".repeat(60_000) + "1]").strip());

        assertThat(answer).isEqualTo(TOO_LARGE);
        assertThat(client.ask(Requests.PING.strip())).contains("\"ok\":true");
        relay.untilDropped(DropReason.INVALID, 1);
    }

    @Test
    void answersALineOfTenMegabytesThenCloses() throws IOException {
        RunningIngress relay = relay();
        Client client = connectTo(relay);
        client.send(Requests.event("before"));

        client.send("x".repeat(10_000_000) + "\n" + Requests.event("after"));

        List<String> answers = client.answersToTheEnd();
        assertThat(answers).hasSize(2).element(1).isEqualTo(TOO_LARGE);
        relay.untilDropped(DropReason.OVERSIZE, 1);
        RunningIngress.until(() -> relay.connections() == 0);
        assertThat(relay.chain.lines).hasSize(1);
    }

    @Test
    void hangsUpOnALineThatNeverEnds() throws IOException {
        RunningIngress relay = relay();
        Client client = connectTo(relay);
        byte[] piece = new byte[1_000_000];

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            while (true) {
                client.send(piece.clone());
                piece[0] = 'x';
            }
        });

        RunningIngress.until(() -> relay.connections() == 0);
    }

    @Test
    void boundsWhatAClientThatNeverReadsCanMakeItKeep() throws Exception {
        RunningIngress relay = relay();
        Client deaf = connectTo(relay);
        AtomicLong sent = new AtomicLong();
        byte[] pings = Requests.PING.repeat(1_000).getBytes(StandardCharsets.UTF_8);
        Thread flood = Thread.ofVirtual().start(() -> sendForEver(deaf, pings, sent));

        RunningIngress.until(new Stillness(sent)::reached);
        Client other = connectTo(relay);
        for (int i = 0; i < 100; i++) {
            assertThat(other.ask(Requests.event("evt_" + i).strip())).contains("\"ok\":true");
        }
        assertThat(sent.get()).isBetween(500_000L, 2_000_000L);
        deaf.close();
        flood.join();
    }

    @Test
    void stopsReadingWhileTheChainIsBehindAndGoesOnAfterwards() throws Exception {
        RunningIngress relay = relay();
        relay.chain.hold().await();
        Client client = connectTo(relay);
        AtomicLong sent = new AtomicLong();
        int events = 20_000;
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(300) + "\"").getBytes(StandardCharsets.UTF_8);
        Thread sender = Thread.ofVirtual().start(() -> send(client, event, events, sent));

        RunningIngress.until(new Stillness(sent)::reached);
        long heldBackAt = sent.get();
        relay.chain.release().await();

        assertThat(client.answers(events)).allMatch(answer -> answer.startsWith("{\"ok\":true"));
        assertThat(heldBackAt).isLessThan((long) events * event.length / 2);
        assertThat(relay.chain.lines).hasSize(events);
        sender.join();
    }

    @Test
    void holdsBackEverybodyWhileTheLoopsShareIsUsedUp() throws Exception {
        RunningIngress relay = relay();
        relay.chain.hold().await();
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(1_000) + "\"").getBytes(StandardCharsets.UTF_8);
        AtomicLong sent = new AtomicLong();
        List<Client> clients = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        int each = 1_000;
        for (int i = 0; i < 20; i++) {
            Client client = connectTo(relay);
            clients.add(client);
            senders.add(Thread.ofVirtual().start(() -> send(client, event, each, sent)));
        }

        RunningIngress.until(new Stillness(sent)::reached);
        long heldBackAt = sent.get();
        relay.chain.release().await();

        for (Client client : clients) {
            assertThat(client.answers(each)).allMatch(answer -> answer.startsWith("{\"ok\":true"));
        }
        assertThat(heldBackAt).isLessThan(18L * each * event.length);
        assertThat(relay.chain.lines).hasSize(20 * each);
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void shedsTheClientWhoseUnfinishedLineIsTooMuch() throws IOException {
        RunningIngress relay = relay();
        byte[] half = new byte[900_000];
        java.util.Arrays.fill(half, (byte) 'x');

        for (int i = 0; i < 8; i++) {
            send(connectTo(relay), half, 1, new AtomicLong());
        }

        relay.untilDropped(DropReason.SHED, 1);
        assertThat(connectTo(relay).ask(Requests.PING.strip())).contains("\"ok\":true");
    }

    @Test
    void closesAConnectionPastTheCapAndAcceptsOneWhenAnotherHasGone() throws IOException {
        RunningIngress relay = keep(RunningIngress.in(dir, RunningIngress.limits(2, 100, Duration.ofMinutes(1))));
        Client first = connectTo(relay);
        Client second = connectTo(relay);
        first.ask(Requests.PING.strip());
        second.ask(Requests.PING.strip());

        boolean third = connectTo(relay).isAtEnd();
        first.close();
        RunningIngress.until(() -> relay.connections() == 1);

        assertThat(third).isTrue();
        assertThat(connectTo(relay).ask(Requests.PING.strip())).contains("\"ok\":true");
        relay.untilDropped(DropReason.SHED, 1);
    }

    @Test
    void capsTheConnectionsOfOneUser() throws IOException {
        RunningIngress relay = keep(RunningIngress.in(dir, RunningIngress.limits(100, 1, Duration.ofMinutes(1))));
        Client first = connectTo(relay);
        first.ask(Requests.PING.strip());

        assertThat(connectTo(relay).isAtEnd()).isTrue();
        assertThat(first.ask(Requests.PING.strip())).contains("\"ok\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"type\":\"pi", "{\"type\":\"ping\"}\n"})
    void closesAClientThatFallsSilent(String sent) throws IOException {
        RunningIngress relay = keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(200))));
        Client client = connectTo(relay);
        client.send(sent);

        List<String> answers = client.answersToTheEnd();

        assertThat(answers).hasSize(sent.endsWith("\n") ? 1 : 0);
        RunningIngress.until(() -> relay.connections() == 0);
    }

    @Test
    void closesAClientThatFeedsALineForEver() {
        RunningIngress relay = keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(200))));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            Client client = connectTo(relay);
            while (true) {
                client.send("x");
                Thread.onSpinWait();
            }
        });
        relay.untilDropped(DropReason.FRAGMENT, 1);
    }

    @Test
    void waitsForASlowChainHoweverLong() throws Exception {
        RunningIngress relay = keep(RunningIngress.in(dir, RunningIngress.limits(100, 100, Duration.ofMillis(100))));
        relay.chain.hold().await();
        Client patient = connectTo(relay);
        Client silent = connectTo(relay);
        patient.send(Requests.event("a"));

        boolean silentWasClosed = silent.isAtEnd();
        boolean silentAgain = connectTo(relay).isAtEnd();
        relay.chain.release().await();

        assertThat(silentWasClosed && silentAgain).isTrue();
        assertThat(patient.answer()).contains("\"ok\":true");
    }

    @Test
    void refusesFramesOfTheOtherDialectOnItsOwnSocket() throws IOException {
        Client client = connectTo(relay());

        client.send(new byte[] {0, 0, 0, 2, '{', '}'});

        assertThat(client.isAtEnd()).isTrue();
    }

    @Test
    void takesEverythingForALineOnAWellKnownSocket() throws IOException {
        Client client = connectTo(keep(RunningIngress.speaking(Speech.LINES, dir)));

        client.send(new byte[] {0, 0, 0, 2, '{', '}', '\n'});

        assertThat(client.answer()).contains("Invalid JSON");
    }

    private RunningIngress relay() {
        return keep(RunningIngress.in(dir));
    }

    private Client connectTo(RunningIngress relay) throws IOException {
        return keep(relay.connect());
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /// An event whose whole line has exactly so many UTF-16 units.
    private static String padded(char filler, int units) {
        String bare = Requests.event("e", ",\"x\":\"\"").strip();
        String filling = String.valueOf(filler).repeat(units - bare.length());
        return Requests.event("e", ",\"x\":\"" + filling + "\"").strip();
    }

    private static void send(Client client, byte[] bytes, int times, AtomicLong sent) {
        try {
            for (int i = 0; i < times; i++) {
                client.send(bytes);
                sent.addAndGet(bytes.length);
            }
        } catch (IOException _) {
            // The test has closed it.
        }
    }

    private static void sendForEver(Client client, byte[] bytes, AtomicLong sent) {
        send(client, bytes, Integer.MAX_VALUE, sent);
    }

    /// Whether a count has not moved for 300 ms.
    private static final class Stillness {

        private static final long NANOS = 300_000_000;

        private final AtomicLong count;
        private long last = -1;
        private long since;

        Stillness(AtomicLong count) {
            this.count = count;
        }

        boolean reached() {
            long now = count.get();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
            return System.nanoTime() - since > NANOS;
        }
    }
}

package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.DropReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What clients cannot make the relay keep, however fast they send and however little they read.
@Timeout(60)
class BackPressureTest {

    @TempDir
    Path dir;

    @RegisterExtension
    final Opened opened = new Opened();

    @Test
    void boundsWhatAClientThatNeverReadsCanMakeItKeep() throws Exception {
        RunningIngress relay = opened.relay(dir);
        Client deaf = opened.connectTo(relay);
        AtomicLong sent = new AtomicLong();
        byte[] pings = Requests.PING.repeat(1_000).getBytes(StandardCharsets.UTF_8);
        Thread flood = Thread.ofVirtual().start(() -> deaf.sendWhileOpen(pings, Integer.MAX_VALUE, sent));

        RunningIngress.until(new Stillness(sent)::isReached);
        Client other = opened.connectTo(relay);
        for (int i = 0; i < 100; i++) {
            assertThat(other.ask(Requests.event("evt_" + i).strip())).contains("\"ok\":true");
        }
        assertThat(sent.get()).isBetween(500_000L, 2_000_000L);
        deaf.close();
        flood.join();
    }

    @Test
    void shedsWhoAsksMostAndNeverListensBeforeAllTogetherAreTooMuch() throws Exception {
        RunningIngress relay = opened.relay(dir);
        byte[] shortest = "5\n".repeat(30_000).getBytes(StandardCharsets.UTF_8); // Thirty times their size in answers.
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Client client = opened.connectTo(relay);
            senders.add(Thread.ofVirtual().start(() -> client.sendWhileOpen(shortest, 100, new AtomicLong())));
        }

        RunningIngress.until(() -> relay.refused(Refusal.UNHEARD) >= 10);

        assertThat(opened.connectTo(relay).ask(Requests.event("e").strip())).contains("\"ok\":true");
        assertThat(relay.connections()).isPositive();
        opened.closeAll();
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void storesWhatAHeldBackClientSentBeforeItLeft() throws Exception {
        RunningIngress relay = opened.relay(dir);
        relay.chain.hold().await();
        Client client = opened.connectTo(relay);
        AtomicLong sent = new AtomicLong();
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(300) + "\"").getBytes(StandardCharsets.UTF_8);
        Thread sender = Thread.ofVirtual().start(() -> client.sendWhileOpen(event, 20_000, sent));

        RunningIngress.until(new Stillness(sent)::isReached);
        client.close();
        sender.join();
        relay.chain.release().await();

        relay.untilStored((int) (sent.get() / event.length));
        RunningIngress.until(() -> relay.connections() == 0);
        assertThat(relay.chain.lines).hasSize((int) (sent.get() / event.length));
    }

    @Test
    void stopsReadingWhileTheChainIsBehindAndGoesOnAfterwards() throws Exception {
        RunningIngress relay = opened.relay(dir);
        relay.chain.hold().await();
        Client client = opened.connectTo(relay);
        AtomicLong sent = new AtomicLong();
        int events = 20_000;
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(300) + "\"").getBytes(StandardCharsets.UTF_8);
        Thread sender = Thread.ofVirtual().start(() -> client.sendWhileOpen(event, events, sent));

        RunningIngress.until(new Stillness(sent)::isReached);
        long heldBackAt = sent.get();
        relay.chain.release().await();

        assertThat(client.answers(events)).allMatch(answer -> answer.startsWith("{\"ok\":true"));
        assertThat(heldBackAt).isLessThan((long) events * event.length / 2);
        assertThat(relay.chain.lines).hasSize(events);
        sender.join();
    }

    @Test
    void holdsBackEverybodyWhileTheLoopsShareIsUsedUp() throws Exception {
        RunningIngress relay = opened.keep(
                RunningIngress.in(dir, RunningIngress.limitsThatLetOneConnectionHaveAll(Duration.ofMinutes(5))));
        relay.chain.hold().await();
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(1_000) + "\"").getBytes(StandardCharsets.UTF_8);
        AtomicLong sent = new AtomicLong();
        List<Client> clients = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        int each = 1_000;
        for (int i = 0; i < 20; i++) {
            Client client = opened.connectTo(relay);
            clients.add(client);
            senders.add(Thread.ofVirtual().start(() -> client.sendWhileOpen(event, each, sent)));
        }

        RunningIngress.until(new Stillness(sent)::isReached);
        long heldBackAt = sent.get();
        relay.chain.release().await();

        for (Client client : clients) {
            assertThat(client.answers(each)).allMatch(answer -> answer.startsWith("{\"ok\":true"));
        }
        assertThat(heldBackAt).isLessThan(13L * each * event.length);
        assertThat(relay.chain.lines).hasSize(20 * each);
        for (Thread sender : senders) {
            sender.join();
        }
    }

    /// What is left of a line is in the socket.
    @Test
    void doesNotCallAClientIdleThatItDoesNotRead() throws Exception {
        Duration timeout = Duration.ofMillis(400);
        RunningIngress relay =
                opened.keep(RunningIngress.in(dir, RunningIngress.limitsThatLetOneConnectionHaveAll(timeout)));
        relay.chain.hold().await();
        byte[] event =
                Requests.event("evt", ",\"x\":\"" + "y".repeat(60_000) + "\"").getBytes(StandardCharsets.UTF_8);
        AtomicLong sent = new AtomicLong();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Client client = opened.connectTo(relay);
            senders.add(Thread.ofVirtual().start(() -> client.sendWhileOpen(event, 1_000, sent)));
        }
        RunningIngress.until(new Stillness(sent)::isReached);
        List<Client> late = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            late.add(opened.connectTo(relay));
            late.getLast().send(event);
        }
        relay.vertx.timer(3 * timeout.toMillis(), TimeUnit.MILLISECONDS).await();
        relay.chain.release().await();

        for (Client client : late) {
            assertThat(client.answer()).startsWith("{\"ok\":true");
        }
        opened.closeAll();
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void refusesAClientWhoseUnfinishedLineHoldsWhatOthersWaitFor() throws IOException {
        RunningIngress relay = opened.relay(dir);
        byte[] half = new byte[900_000];
        Arrays.fill(half, (byte) 'x');

        for (int i = 0; i < 8; i++) {
            opened.connectTo(relay).canSend(half);
        }

        relay.untilDropped(DropReason.SHED, 1);
        assertThat(opened.connectTo(relay).ask(Requests.PING.strip())).contains("\"ok\":true");
    }
}

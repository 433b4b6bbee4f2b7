package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.log.HeardLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client on a Unix socket gets for what it sends (`specs/audit-relay.md` 1).
@Timeout(30)
class ConversationTest {

    @TempDir
    Path dir;

    private RunningIngress relay;
    private Client client;

    @BeforeEach
    void connect() throws IOException {
        relay = RunningIngress.in(dir);
        client = relay.connect();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        relay.close();
    }

    @Test
    void followsTheTranscriptOfTheSpecification() throws IOException {
        assertThat(client.ask(Requests.PING.strip()))
                .matches("\\{\"ok\":true,\"status\":\"ok\",\"pid\":"
                        + ProcessHandle.current().pid() + ",\"uptime_ms\":\\d+}");
        assertThat(client.ask(Requests.CHAIN_STATE.strip()))
                .matches("\\{\"ok\":true,\"chain_tip\":null,\"event_count\":0,\"last_seal_event_count\":0,"
                        + "\"last_heartbeat\":1795301771726,\"uptime_ms\":\\d+,\"auto_seal_interval_minutes\":15}");
        assertThat(client.ask(Requests.SEAL_STATUS.strip()))
                .isEqualTo("{\"ok\":true,\"last_seal_at\":null,\"last_seal_tip\":null,\"last_seal_events\":null,"
                        + "\"seals_total\":0,\"auto_seal_enabled\":true,\"witness_enabled\":false,"
                        + "\"witness_quorum_met\":null,\"witness_quorum_overdue\":false,\"witness_contradictions\":0}");
        String stored = client.ask(Requests.event("e").strip());
        assertThat(stored).isEqualTo(answerTo(relay.chain.lines.getFirst()));
        assertThat(client.ask("{\"type\":\"ping\"}"))
                .contains("\"relay_hash\":\"" + hashOf(relay.chain.lines.getFirst()));
        assertThat(client.ask("5")).isEqualTo("{\"ok\":false,\"error\":\"Unsupported protocol version: undefined\"}");
    }

    @Test
    void keepsThePlaceOfAnAnswerThatComesLater() throws IOException {
        client.send("{\"type\":\"sign\",\"data\":\"late\"}\n" + Requests.event("a") + "5\n{\"type\":\"seal\"}\n");

        List<String> answers = client.answers(4);

        assertThat(answers.get(0)).isEqualTo("{\"ok\":false,\"error\":\"Sign failed: not enabled\"}");
        assertThat(answers.get(1)).isEqualTo(answerTo(relay.chain.lines.getFirst()));
        assertThat(answers.get(2)).contains("Unsupported protocol version");
        assertThat(answers.get(3))
                .isEqualTo("{\"ok\":false,\"error\":\"Not sealed: the relay is stopping\",\"reason\":\"stopping\"}");
    }

    @Test
    void knowsNoWishForASealAtAWellKnownDoor() throws IOException {
        try (var wellKnown = RunningIngress.speaking(UnixSocketDoor.Speech.LINES, dir.resolve("other"));
                var outsider = wellKnown.connect()) {
            String answer = outsider.ask("{\"type\":\"seal\"}");

            assertThat(answer).isEqualTo("{\"ok\":false,\"error\":\"Unknown message type: seal\"}");
        }
    }

    @Test
    void saysThatItDoesNotSignAndKnowsNoKeyAfterCheckingTheRequest() throws IOException {
        client.send("{\"type\":\"sign\",\"data\":\"x\"}\n{\"type\":\"sign\"}\n"
                + "{\"type\":\"sign\",\"payload\":{\"data\":\"" + "x".repeat(16_385) + "\"}}\n"
                + "{\"type\":\"verify\",\"payload\":{\"data\":\"d\",\"signature\":\"s\",\"key_id\":\"k\"}}\n"
                + "{\"type\":\"verify\",\"payload\":{\"data\":\"d\"}}\n");

        List<String> answers = client.answers(5);

        assertThat(answers)
                .containsExactly(
                        "{\"ok\":false,\"error\":\"Sign failed: not enabled\"}",
                        "{\"ok\":false,\"error\":\"Missing sign payload.data\"}",
                        "{\"ok\":false,\"error\":\"sign payload exceeds 16384 bytes\"}",
                        "{\"ok\":true,\"verified\":false,\"reason\":\"unknown_key\"}",
                        "{\"ok\":false,\"error\":\"Missing verify payload fields (data, signature, key_id)\"}");
        assertThat(relay.chain.drops).isEmpty();
    }

    @Test
    void keepsTheOrderOfTenThousandRequestsSentAtOnce() throws Exception {
        Random random = new Random(7);
        StringBuilder requests = new StringBuilder();
        List<Character> kinds = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            char kind = "eeeepcsx".charAt(random.nextInt(8));
            kinds.add(kind);
            requests.append(request(kind, i));
        }

        Thread sender = Thread.ofVirtual().start(() -> sendQuietly(requests.toString()));
        List<String> answers = client.answers(kinds.size());
        sender.join();

        List<String> expectedHashes =
                relay.chain.lines.stream().map(ConversationTest::hashOf).toList();
        int record = 0;
        for (int i = 0; i < kinds.size(); i++) {
            switch (kinds.get(i)) {
                case 'e' -> assertThat(answers.get(i)).contains(expectedHashes.get(record++));
                case 'p' -> assertThat(answers.get(i)).contains("\"pid\"");
                case 'c' -> assertThat(answers.get(i)).contains("\"event_count\"");
                case 's' -> assertThat(answers.get(i)).contains("\"seals_total\"");
                default -> assertThat(answers.get(i)).contains("Invalid JSON");
            }
        }
        assertThat(record).isEqualTo(relay.chain.lines.size());
        for (int i = 0; i < record; i++) {
            assertThat(relay.chain.lines.get(i)).contains("\"id\":\"evt_");
        }
        assertThat(relay.meters.get("cairn.events").counter().count()).isEqualTo(record);
    }

    @Test
    void givesAStateAnswerTheTipOfTheEventsBeforeIt() throws IOException {
        client.send(Requests.event("a") + Requests.event("b") + Requests.CHAIN_STATE);

        List<String> answers = client.answers(3);

        assertThat(answers.get(2)).contains("\"chain_tip\":\"" + hashOf(relay.chain.lines.get(1)));
        assertThat(answers.get(2)).contains("\"event_count\":2");
    }

    @Test
    void understandsRequestsThatComeByteByByte() throws IOException {
        byte[] bytes = Requests.event("é→🚀").getBytes(StandardCharsets.UTF_8);

        for (byte octet : bytes) {
            client.send(new byte[] {octet});
        }

        assertThat(client.answer()).isEqualTo(answerTo(relay.chain.lines.getFirst()));
        assertThat(relay.chain.lines.getFirst()).contains("\"id\":\"é→🚀\"");
    }

    @Test
    void sendsTheEventsOfOneReadToTheChainTogether() throws IOException {
        client.send(
                Requests.event("a") + Requests.PING + Requests.event("b") + Requests.NOT_JSON + Requests.event("c"));

        client.answers(5);

        assertThat(relay.chain.batchSizes).containsExactly(3);
    }

    @Test
    void skipsBlankLinesAndTakesCarriageReturnsForWhiteSpace() throws IOException {
        client.send("\n \t \r\n{\"type\":\"ping\"}\r\n\n");

        assertThat(client.answer()).contains("\"ok\":true");
        client.endOutput();
        assertThat(client.answersToTheEnd()).isEmpty();
    }

    @Test
    void answersAClientThatHasClosedItsSendingSideAndThenCloses() throws IOException {
        client.send(Requests.event("a") + Requests.PING + "{\"type\":\"pi");
        client.endOutput();

        List<String> answers = client.answersToTheEnd();

        assertThat(answers).hasSize(2);
        relay.untilDropped(DropReason.FRAGMENT, 1);
        assertThat(relay.chain.dropped(DropReason.FRAGMENT)).isEqualTo(1);
    }

    @Test
    void storesWhatAClientSentBeforeItWentAwayWithoutReading() throws IOException {
        relay.chain.hold().await();
        client.send(Requests.PING + Requests.event("a"));
        RunningIngress.until(() -> relay.meters.get("cairn.connections").gauge().value() == 1);
        client.send(Requests.event("b") + Requests.event("c") + "half a li");

        client.close();
        relay.chain.release().await();

        relay.untilStored(3);
        relay.untilDropped(DropReason.FRAGMENT, 1);
        RunningIngress.until(() -> relay.connections() == 0);
        assertThat(relay.chain.dropped(DropReason.FRAGMENT)).isEqualTo(1);
    }

    @Test
    void storesWhatManyClientsSentWhoCloseAtOnce() throws IOException {
        for (int i = 0; i < 200; i++) {
            try (Client hurried = relay.connect()) {
                hurried.send(Requests.PING.repeat(3) + Requests.event("evt_" + i));
            }
        }

        relay.untilStored(200);
        RunningIngress.until(() -> relay.connections() == 1);
        assertThat(relay.chain.lines).hasSize(200);
    }

    @Test
    void refusesWhatTheChainRefusesAndCountsIt() throws IOException {
        relay.chain.refuse("disk full").await();

        client.send(Requests.event("a") + Requests.event("b") + Requests.PING);

        assertThat(client.answers(2)).containsOnly("{\"ok\":false,\"error\":\"Write failed: disk full\"}");
        assertThat(client.answer()).contains("\"ok\":true");
        relay.untilDropped(DropReason.STORE, 2);
        assertThat(relay.chain.drops.getFirst().peer().pid())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void theLogSaysWhyAndHowOftenRequestsWereRefusedAndNothingThatTheClientWrote() throws IOException {
        try (HeardLog heard = HeardLog.of(IngressLoop.class)) {
            client.send("""
                    {
                    {
                    {"type":"evil"}
                    {"protocol_version":"evil"}
                    {"type":"event","payload":{"agent":"evil"}}
                    """);
            List<String> answers = client.answers(5);
            relay.untilDropped(DropReason.INVALID, 5);

            assertThat(answers).filteredOn(answer -> answer.contains("evil")).isNotEmpty();
            assertThat(heard.values("reason"))
                    .containsExactly(
                            "Invalid JSON",
                            "Unknown message type",
                            "Unsupported protocol version",
                            "Schema validation failed");
            assertThat(heard.values("count")).containsExactly("2", "1", "1", "1");
            assertThat(heard.values("peer"))
                    .allSatisfy(peer -> assertThat(peer)
                            .startsWith("pid " + ProcessHandle.current().pid()));
            assertThat(relay.refused(Refusal.INVALID)).isEqualTo(5);
        }
    }

    @Test
    void theLogSaysWhyEventsAreNotStored() throws IOException {
        relay.chain.refuse("disk full").await();
        try (HeardLog heard = HeardLog.of(IngressLoop.class)) {
            client.send(Requests.event("a") + Requests.event("b"));
            client.answers(2);

            assertThat(heard.values("reason")).containsExactly("disk full");
            assertThat(heard.values("count")).containsExactly("2");
        }
    }

    @Test
    void countsAsDroppedOnlyWhatIsNotInTheChain() throws IOException {
        relay.chain.refuseBut(2, "disk full").await();

        client.send(Requests.event("a") + Requests.event("b") + Requests.event("c"));
        List<String> answers = client.answers(3);
        client.ask(Requests.event("d").strip());
        client.ask(Requests.event("e").strip());
        relay.chain.refuseBut(0, "disk full").await();
        client.ask(Requests.event("f").strip());

        assertThat(answers).containsOnly("{\"ok\":false,\"error\":\"Write failed: disk full\"}");
        relay.untilDropped(DropReason.STORE, 2);
        assertThat(relay.chain.dropped(DropReason.STORE)).isEqualTo(2);
    }

    @Test
    void doesNotAskAChainThatRefuses() throws IOException {
        relay.chain.turn(new Refusing("line 7 is damaged"));

        String answer = client.ask(Requests.event("a").strip());

        assertThat(answer).isEqualTo("{\"ok\":false,\"error\":\"Write failed: line 7 is damaged\"}");
        assertThat(relay.chain.lines).isEmpty();
        relay.untilDropped(DropReason.STORE, 1);
    }

    @Test
    void saysWhyEventsAreRefusedWhereTheChainStands() throws IOException {
        relay.chain.turn(new Refusing("No space left on device"));
        String degraded = client.ask(Requests.CHAIN_STATE.strip());
        relay.chain.turn(new Serving());

        String well = client.ask(Requests.CHAIN_STATE.strip());

        assertThat(degraded).endsWith(",\"degraded\":\"No space left on device\"}");
        assertThat(well).doesNotContain("degraded");
    }

    @Test
    void checksAnEventBeforeItSaysThatItCannotBeStored() throws IOException {
        relay.chain.turn(new Refusing("disk full"));

        String answer = client.ask("{\"type\":\"event\",\"payload\":{}}");

        assertThat(answer).startsWith("{\"ok\":false,\"error\":\"Schema validation failed: ");
        relay.untilDropped(DropReason.INVALID, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesRandomBytes(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] noise = new byte[200_000];
        random.nextBytes(noise);
        noise[0] = '{'; // A first zero byte would be another dialect.

        Thread drain = Thread.ofVirtual().start(this::readToTheEndQuietly);
        client.send(noise);
        client.endOutput();
        joinQuietly(drain);

        try (Client next = relay.connect()) {
            assertThat(next.ask(Requests.PING.strip())).contains("\"ok\":true");
        }
        assertThat(relay.chain.lines).isEmpty();
    }

    private static String request(char kind, int i) {
        return switch (kind) {
            case 'e' -> Requests.event("evt_" + i);
            case 'p' -> Requests.PING;
            case 'c' -> Requests.CHAIN_STATE;
            case 's' -> Requests.SEAL_STATUS;
            default -> Requests.NOT_JSON;
        };
    }

    private void sendQuietly(String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void readToTheEndQuietly() {
        try {
            client.answersToTheEnd();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String answerTo(String line) {
        return "{\"ok\":true,\"relay_hash\":\"" + hashOf(line) + "\"}";
    }

    private static String hashOf(String line) {
        int at = line.lastIndexOf("\"_relay_hash\":\"") + "\"_relay_hash\":\"".length();
        return line.substring(at, at + 71);
    }
}

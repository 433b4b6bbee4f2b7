package dev.cairn.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Plays the conversations of `docs/stream.md`.
class StreamDocTest {

    private static final Pattern BLOCK = Pattern.compile("(?s)```stream\n(.*?)```");
    private static final Pattern STORED = Pattern.compile("the log has records 1 to (\\d+)");
    private static final Pattern APPENDED = Pattern.compile("record (\\d+) is appended");
    private static final Tip SEALED = new Tip(new Hash("sha256:" + "ab".repeat(32)), 1);
    private static final Contradiction CONTRADICTION = new Contradiction(
            Contradiction.Form.HOLDS_ANOTHER,
            "tip_hash",
            new SealedTip(new Hash("sha256:" + "cd".repeat(32)), 1, "hmac-sha256:x", null),
            Ed25519KeyPair.fromSeed(new byte[32]).publicKey());
    private static final Settings AS_SHIPPED =
            new Settings(TestRelay.LIMITS, Duration.ofSeconds(30), Duration.ofSeconds(10));

    @ParameterizedTest
    @MethodSource("conversations")
    void saysWhatTheDocumentSays(List<String> lines) throws Exception {
        try (var relay = new TestRelay(AS_SHIPPED, stored(lines.getFirst()));
                var client = relay.client()) {
            for (String line : lines.subList(1, lines.size())) {
                play(line.substring(2), line.charAt(0), relay, client);
            }
            assertThat(client.hasNothing()).isTrue();
        }
    }

    static Stream<Arguments> conversations() throws IOException {
        Path document = Path.of("..", "docs", "stream.md");
        Matcher blocks = BLOCK.matcher(Files.readString(document));
        List<Arguments> conversations = new ArrayList<>();
        while (blocks.find()) {
            List<String> lines = blocks.group(1).lines().toList();
            conversations.add(argumentSet("conversation " + (conversations.size() + 1), lines));
        }
        assertThat(conversations).hasSizeGreaterThan(5);
        return conversations.stream();
    }

    private static void play(String text, char who, TestRelay relay, StreamClient client) throws InterruptedException {
        switch (who) {
            case '>' -> client.send(text);
            case '*' -> happen(text, relay);
            case '<' -> hear(text, client);
            default -> throw new AssertionError("no such line: " + text);
        }
    }

    private static void hear(String text, StreamClient client) throws InterruptedException {
        if (text.startsWith("closed ")) {
            assertThat(client.closeCode()).isEqualTo(Integer.parseInt(text.substring("closed ".length())));
        } else {
            assertSame(new JsonObject(text), client.next());
        }
    }

    private static void happen(String what, TestRelay relay) {
        switch (what) {
            case "a heartbeat is due" ->
                relay.beat("{\"type\":\"heartbeat\",\"relay_event_count\":" + relay.tip() + "}");
            case "the disk is full" -> relay.control(new Degraded("chain", "No space left on device"));
            case "there is space again" -> relay.control(new Recovered("chain"));
            case "record 1 is sealed" ->
                relay.control(new Sealed(SealedStore.AUDIT, SEALED, "2026-04-05T14:30:00.000Z"));
            case "its receipts are sealed" ->
                relay.control(new Sealed(SealedStore.RECEIPTS, SEALED, "2026-04-05T14:30:00.000Z"));
            case "only one of two witnesses confirms it" ->
                relay.control(new QuorumLost(SealedStore.AUDIT, SEALED, 1, 2));
            case "the other says that it holds another tip of that count" ->
                relay.control(new WitnessContradiction(SealedStore.AUDIT, SEALED, "w2", CONTRADICTION));
            case "that lasts five minutes" -> relay.control(new QuorumOverdue(SealedStore.AUDIT, SEALED, 300));
            case "the other confirms it too" -> relay.control(new QuorumMet(SealedStore.AUDIT, SEALED, 2, 2));
            case "the relay is told to stop" -> relay.control(new Stopping());
            default -> {
                Matcher appended = APPENDED.matcher(what);
                assertThat(appended.matches()).as(what).isTrue();
                relay.append(record(Integer.parseInt(appended.group(1))));
            }
        }
    }

    private static void assertSame(JsonObject expected, String frame) {
        JsonObject actual = new JsonObject(frame);
        for (String name : expected.fieldNames()) {
            if ("…".equals(expected.getValue(name)) && actual.containsKey(name)) {
                expected.put(name, actual.getValue(name));
            }
        }
        assertThat(Json.encode(actual)).isEqualTo(Json.encode(expected));
    }

    private static String[] stored(String line) {
        Matcher stored = STORED.matcher(line.substring(2));
        assertThat(stored.matches()).as(line).isTrue();
        return IntStream.rangeClosed(1, Integer.parseInt(stored.group(1)))
                .mapToObj(StreamDocTest::record)
                .toArray(String[]::new);
    }

    private static String record(int seq) {
        return "{\"n\":" + seq + "}";
    }
}

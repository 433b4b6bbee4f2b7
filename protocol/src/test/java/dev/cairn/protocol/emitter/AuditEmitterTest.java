package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.VectorFile;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditEmitterTest {

    private static final Instant NOW = Instant.parse("2026-07-01T08:00:00.123Z");
    private static final Event EVENT =
            Event.of("evt_1", "ses_1", NOW, "custom", "file_read", "low").with("note", "a \"b\"\n");
    private static final String STORED = "{\"ok\":true,\"relay_hash\":\"sha256:ab\"}\n";
    private static final String REFUSED = "{\"ok\":false,\"error\":\"Write failed: disk full\"}\n";

    @TempDir
    Path directory;

    @Test
    void anEventReachesTheRelayAndItsHashComesBack() throws Exception {
        try (var relay = new TestRelay(socket(), STORED);
                var emitter = patientEmitter()) {
            SendOutcome outcome = emitter.send(EVENT);

            VectorFile line = VectorFile.parse(relay.nextLine());
            assertThat(outcome).isEqualTo(new SendOutcome.Stored("sha256:ab"));
            assertThat(line.at("protocol_version").number()).isEqualTo(1);
            assertThat(line.text("type")).isEqualTo("event");
            assertThat(line.text("timestamp")).isEqualTo("2026-07-01T08:00:00.123Z");
            assertThat(line.at("payload").text("note")).isEqualTo("a \"b\"\n");
            assertThat(line.at("payload").at("risk").text("level")).isEqualTo("low");
        }
        assertThat(marker()).doesNotExist();
    }

    @Test
    void manyEventsLeaveInOrder() throws Exception {
        try (var relay = new TestRelay(socket(), STORED);
                var emitter = patientEmitter()) {
            var outcomes = new ArrayList<CompletableFuture<SendOutcome>>();
            for (int i = 0; i < 200; i++) {
                outcomes.add(emitter.sendAsync(EVENT.withJson("n", Integer.toString(i))));
            }

            for (int i = 0; i < 200; i++) {
                assertThat(outcomes.get(i).get(20, TimeUnit.SECONDS)).isInstanceOf(SendOutcome.Stored.class);
                assertThat(VectorFile.parse(relay.nextLine())
                                .at("payload")
                                .at("n")
                                .number())
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void withoutARelayNothingHappens() throws Exception {
        try (var emitter = emitter()) {
            emitter.emit(EVENT);

            assertThat(emitter.send(EVENT)).isEqualTo(new SendOutcome.NoRelay());
            assertThat(emitter.sendAsync(EVENT).get(10, TimeUnit.SECONDS)).isEqualTo(new SendOutcome.NoRelay());
        }
        assertThat(marker()).doesNotExist();
    }

    @Test
    void aRelayThatIsGoneLeavesAMarkInTheUsersHome() throws Exception {
        new TestRelay(socket(), STORED).close();

        try (var emitter = patientEmitter()) {
            emitter.emit(EVENT);
            emitter.emit(EVENT);
            emitter.emit(EVENT);
        }

        String text = Files.readString(marker());
        VectorFile marked = VectorFile.parse(text);
        assertThat(marked.at("schema_version").number()).isEqualTo(1);
        assertThat(marked.at("failure_count").number()).isEqualTo(3);
        assertThat(marked.text("first_failure_at")).isEqualTo("2026-07-01T08:00:00.123Z");
        assertThat(marked.text("last_error")).isEqualTo("Socket error: connect ECONNREFUSED " + socket());
        assertThat(text).startsWith("{\n  \"schema_version\": 1,\n").endsWith("\n}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(marker())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(marker().getParent())))
                .isEqualTo("rwx------");
        try (var files = Files.list(marker().getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aRefusalIsTheCallersOrTheMarkers() throws Exception {
        try (var relay = new TestRelay(socket(), REFUSED);
                var emitter = patientEmitter()) {
            assertThat(emitter.send(EVENT)).isEqualTo(new SendOutcome.Refused("Write failed: disk full"));
            assertThat(marker()).doesNotExist();

            emitter.emit(EVENT);
            relay.nextLine();
            relay.nextLine();
        }
        assertThat(VectorFile.parse(Files.readString(marker())).text("last_error"))
                .isEqualTo("Relay rejected: Write failed: disk full");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "no JSON\n", "{\"status\":\"ok\"}\n", "[]", "\u0000\u0001\n", TestRelay.HANG})
    void anAnswerThatIsNoneIsNoFailure(String answer) throws Exception {
        try (var _ = new TestRelay(socket(), answer);
                var emitter = emitter()) {
            emitter.emit(EVENT);

            assertThat(emitter.send(EVENT)).isEqualTo(new SendOutcome.Unanswered());
        }
        assertThat(marker()).doesNotExist();
    }

    @Test
    void aRelayThatAcceptsNothingCostsTheHostNoMoreThanTheBudget() throws Exception {
        var held = new ArrayList<SocketChannel>();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var emitter = emitter()) {
            server.bind(UnixDomainSocketAddress.of(socket()), 1);
            fillBacklog(held);

            long before = System.nanoTime();
            SendOutcome outcome = emitter.send(EVENT);
            Duration took = Duration.ofNanos(System.nanoTime() - before);

            assertThat(outcome).isEqualTo(new SendOutcome.Failed("Relay connection timed out"));
            assertThat(took).isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
        } finally {
            for (SocketChannel channel : held) {
                channel.close();
            }
        }
    }

    @Test
    void aRelayThatReadsNothingFailsAnEventThatDoesNotFit() throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var emitter = emitter()) {
            server.bind(UnixDomainSocketAddress.of(socket()), 16);

            SendOutcome outcome = emitter.send(EVENT.with("big", "x".repeat(4_000_000)));

            assertThat(outcome).isEqualTo(new SendOutcome.Failed("Relay connection timed out"));
        }
    }

    @Test
    void whatDoesNotFitTheQueueIsRefusedAtOnceAndCounted() throws Exception {
        int events = AuditEmitter.QUEUE_MAX + 50;
        try (var _ = new TestRelay(socket(), TestRelay.HANG);
                var emitter = emitter()) {
            for (int i = 0; i < events; i++) {
                emitter.emit(EVENT);
            }

            assertThat(emitter.sendAsync(EVENT).get(10, TimeUnit.SECONDS)).isInstanceOf(SendOutcome.Failed.class);
        }
        assertThat(VectorFile.parse(Files.readString(marker()))
                        .at("failure_count")
                        .number())
                .isGreaterThan(1_000);
    }

    @Test
    void aClosedEmitterTakesNothing() throws Exception {
        var emitter = emitter();
        emitter.close();

        assertThat(emitter.send(EVENT)).isInstanceOf(SendOutcome.Failed.class);
        assertThat(emitter.sendAsync(EVENT).get(10, TimeUnit.SECONDS)).isInstanceOf(SendOutcome.Failed.class);
    }

    @Test
    void aHomeThatCannotBeWrittenDoesNotReachTheHost() throws Exception {
        new TestRelay(socket(), STORED).close();
        Path blocked = Files.writeString(directory.resolve("home"), "a file");

        var emitter = new AuditEmitter(socket(), DivergenceMarker.inHome(blocked), InstantSource.fixed(NOW));
        emitter.emit(EVENT);
        emitter.close();

        assertThat(emitter.lostMarks()).isEqualTo(1);
    }

    @Test
    void aMarkThatWasDamagedIsStartedAfresh() throws Exception {
        Files.createDirectories(marker().getParent());
        Files.writeString(marker(), "{\"failure_count\":");

        new DivergenceMarker(marker()).count(2, "x".repeat(1_000), NOW);

        VectorFile marked = VectorFile.parse(Files.readString(marker()));
        assertThat(marked.at("failure_count").number()).isEqualTo(2);
        assertThat(marked.text("last_error")).hasSize(500);
    }

    @Test
    void anEventOnManyLinesIsSentOnOne() {
        Event event = new Event(" {\n  \"id\": \"a\\nb\"\r\n}\n");

        assertThat(event.json()).doesNotContain("\n", "\r").isEqualTo("{   \"id\": \"a\\nb\"  }");
        assertThat(new Event("{}").withJson("n", "1").json()).isEqualTo("{\"n\":1}");
        assertThat(new String(RelayExchange.line("t", event), UTF_8)).containsOnlyOnce("\n");
        for (String none : List.of("", "[]", "5", "{")) {
            assertThatThrownBy(() -> new Event(none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void idsAreUniqueAndSortByTime() {
        var random = new Random(1);

        String earlier = Event.newId(NOW, random);
        String later = Event.newId(NOW.plusMillis(1), random);

        assertThat(earlier).matches("evt_[0-9A-HJKMNP-TV-Z]{26}").isLessThan(later);
        assertThat(Event.newId(NOW, random)).isNotEqualTo(earlier);
        assertThat(Event.newId(Instant.ofEpochMilli(1_469_918_176_385L), random))
                .startsWith("evt_01ARYZ6S41");
    }

    private void fillBacklog(List<SocketChannel> held) throws IOException {
        for (boolean room = true; room; ) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            held.add(channel);
            channel.configureBlocking(false);
            try {
                room = channel.connect(UnixDomainSocketAddress.of(socket()));
            } catch (SocketException e) {
                room = false;
            }
        }
    }

    private AuditEmitter emitter() {
        return new AuditEmitter(socket(), DivergenceMarker.inHome(directory), InstantSource.fixed(NOW));
    }

    /// Waits longer than a host would: where the outcome must not hang on how busy the machine is.
    private AuditEmitter patientEmitter() {
        var patience = Duration.ofSeconds(20);
        return new AuditEmitter(
                socket(), DivergenceMarker.inHome(directory), InstantSource.fixed(NOW), patience, patience);
    }

    private Path socket() {
        return directory.resolve("relay.sock");
    }

    private Path marker() {
        return directory.resolve(".patchwork/state/relay-divergence.json");
    }
}

package dev.cairn.witness;

import static dev.cairn.witness.Given.publisher;
import static dev.cairn.witness.Seals.line;
import static dev.cairn.witness.Seals.seal;
import static dev.cairn.witness.Seals.tip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.witness.WitnessEvent.QuorumReached;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManyWitnessesTest {

    private static final int GOOD = 10;
    private static final int HANGING = 90;
    private static final Duration SLOWEST_GOOD = Duration.ofMillis(200);
    private static final Duration TRY = Duration.ofSeconds(8);
    private static final int SEALS = 500;

    private final Vertx vertx = Vertx.vertx();
    private final Recorder recorder = new Recorder();
    private final WitnessServer good = WitnessServer.start(
            vertx,
            (request, _) -> vertx.setTimer(
                    SLOWEST_GOOD.toMillis(), _ -> request.response().end()));
    /// Each says as much as is kept of a reply, and never ends.
    private final WitnessServer hanging = WitnessServer.start(
            vertx, (request, _) -> request.response().setChunked(true).write("x".repeat(WitnessReply.KEPT_MAX - 1)));

    @AfterEach
    void stopAll() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void thatHangHoldUpNeitherTheQuorumNorTheNextSeals() throws InterruptedException {
        WitnessPublisher publisher = publisher(vertx, recorder, withTry(GOOD), endpoints());

        long filesBefore = openFiles();

        publisher.publish(line(1), tip(1));
        QuorumReached first = recorder.next(QuorumReached.class);
        // No hanging one has run out of its time yet: the round that asks them all would be over.
        assertThat(recorder.all()).noneMatch(WitnessEvent.RoundFinished.class::isInstance);
        assertThat(hanging.openConnections()).isPositive();
        for (int count = 2; count <= 6; count++) {
            publisher.publish(line(count), tip(count));
            assertThat(recorder.next(QuorumReached.class).seal()).isEqualTo(seal(count));
        }
        long filesMost = openFiles();
        WitnessRecord ofFirst = recordOf(1);

        assertThat(first.after()).isBetween(SLOWEST_GOOD.minusMillis(20), TRY.minusMillis(500));
        assertThat(first.confirmed()).isEqualTo(GOOD);
        assertThat(ofFirst.succeeded()).isEqualTo(GOOD);
        assertThat(ofFirst.attempted()).isEqualTo(GOOD + HANGING);
        assertThat(ofFirst.isFinal()).isTrue();
        // A server may see a connection end a moment after the next one began.
        assertThat(good.openMost()).isLessThanOrEqualTo(2 * GOOD);
        assertThat(hanging.openMost()).isLessThanOrEqualTo(2 * HANGING);
        assertThat(hanging.requests().size()).isLessThanOrEqualTo(2 * HANGING);
        // Both ends of each connection are ours, and each event loop has a few files of its own.
        assertThat(filesMost - filesBefore).isLessThanOrEqualTo(4 * (GOOD + HANGING) + 100);
        publisher.close();
        Until.isTrue(() -> hanging.openConnections() == 0);
    }

    @Test
    void thatHangHoldNoMoreMemoryHoweverManySealsCome() throws InterruptedException {
        WitnessPublisher publisher = publisher(vertx, recorder, withTry(GOOD), endpoints());
        publisher.publish(line(1), tip(1));
        recorder.next(QuorumReached.class);
        Until.isTrue(() -> hanging.requests().size() == HANGING);
        long before = usedMemory();

        for (int count = 2; count <= SEALS; count++) {
            publisher.publish(line(count), tip(count));
        }
        Until.isTrue(() -> recorder.all().stream()
                .anyMatch(event ->
                        event instanceof QuorumReached reached && reached.seal().count() == SEALS));

        // If each request waited for its turn, that were about a kilobyte for each seal and witness: three times as
        // much.
        assertThat(usedMemory() - before).isLessThan(16L * 1024 * 1024);
        assertThat(hanging.requests().size()).isLessThanOrEqualTo(2 * HANGING);
        publisher.close();
    }

    /// After everything was collected that can be.
    private static long usedMemory() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static PublisherSettings withTry(int quorum) {
        PublisherSettings quick = Given.quick(quorum);
        return new PublisherSettings(
                quorum,
                TRY,
                quick.pauseMin(),
                quick.pauseMax(),
                quick.overdueAfter(),
                quick.circuitPauseMin(),
                quick.circuitPauseMax(),
                null);
    }

    private static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/dev/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<WitnessEndpoint> endpoints() {
        List<WitnessEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < HANGING; i++) {
            endpoints.add(endpoint("hanging" + i, hanging.url("/" + i)));
        }
        for (int i = 0; i < GOOD; i++) {
            endpoints.add(endpoint("good" + i, good.url("/" + i)));
        }
        return endpoints;
    }

    private static WitnessEndpoint endpoint(String name, String url) {
        return new WitnessEndpoint(name, URI.create(url), null, Proof.STATUS, null);
    }

    private WitnessRecord recordOf(long count) {
        Until.isTrue(() -> records(count).findFirst().isPresent());
        return records(count).findFirst().orElseThrow();
    }

    private Stream<WitnessRecord> records(long count) {
        return recorder.all().stream()
                .filter(WitnessEvent.RoundFinished.class::isInstance)
                .map(event -> ((WitnessEvent.RoundFinished) event).record())
                .filter(record -> record.isOf(seal(count)));
    }
}

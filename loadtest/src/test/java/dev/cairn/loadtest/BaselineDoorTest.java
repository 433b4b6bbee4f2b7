package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The subscribers of a [BaselineServer], over real sockets.
class BaselineDoorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int EVENTS = 40_000; // With what a relay would add, three times the ring.

    @TempDir
    Path directory;

    private final LoadClock clock = new LoadClock();
    private Path socket;
    private BaselineServer server;
    private WebSocketDoor door;
    private Thread serving;

    @BeforeEach
    void serve() throws IOException {
        socket = directory.resolve("baseline.sock");
        server = new BaselineServer(socket, directory.resolve("baseline.log"));
        door = new WebSocketDoor(URI.create("http://127.0.0.1:" + server.port()), "any");
        serving = Thread.ofPlatform().daemon().start(this::serveUntilClosed);
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        serving.join(PATIENCE);
    }

    @Test
    void givesEverySubscriberEveryLineOnceAndInOrder() throws Exception {
        try (Subscribers subscribers = subscribers(5, 0)) {
            emit(subscribers);

            assertThat(LiveOutcome.faultsOf(subscribers.readers(), EVENTS)).isEmpty();
            assertThat(subscribers.delivered()).isEqualTo(5L * EVENTS);
            assertThat(subscribers.latency().total().count()).isEqualTo(5L * EVENTS / 16);
        }
    }

    @Test
    void countsRecordsFromOneInEveryRun() throws Exception {
        for (int run = 0; run < 3; run++) {
            try (Subscribers subscribers = subscribers(1, 0)) {
                emit(subscribers);

                assertThat(LiveOutcome.faultsOf(subscribers.readers(), EVENTS)).isEmpty();
            }
        }
    }

    @Test
    void closesWhoDoesNotReadAndNobodyElseNotices() throws Exception {
        try (Subscribers subscribers = subscribers(3, 2)) {
            emit(subscribers);

            assertThat(LiveOutcome.faultsOf(subscribers.readers(), EVENTS)).isEmpty();
            // What its socket had taken comes before the end.
            assertThat(Until.holds(() -> slowClosed(subscribers) == 2)).isTrue();
        }
    }

    @Test
    void goesOnWhereASocketTookNoMore() throws Exception {
        int lines = 40;
        String line = "\"" + "x".repeat(100_000) + "\"";

        try (SocketChannel emitter = emitter();
                SocketChannel late = door.subscribe(0, 4_096)) {
            for (int i = 0; i < lines; i++) {
                send(emitter, line + "\n");
                awaitAnswer(emitter);
            }
            DataInputStream frames = new DataInputStream(late.socket().getInputStream());
            text(frames);

            for (int i = 1; i <= lines; i++) {
                assertThat(text(frames)).startsWith(record(i, line));
            }
        }
    }

    @Test
    void bringsLinesTogetherThatCameInParts() throws Exception {
        String longest = "{\"n\":\"" + "x".repeat(400_000) + "\"}";

        try (SocketChannel emitter = emitter();
                SocketChannel other = emitter();
                SocketChannel early = door.subscribe(0, 0)) {
            DataInputStream frames = new DataInputStream(early.socket().getInputStream());
            assertThat(text(frames)).isEqualTo("{\"t\":\"live\",\"chain\":\"audit\",\"seq\":0}");
            send(emitter, "{\"n\":1}\n{\"n\"");
            assertThat(text(frames)).startsWith(record(1, "{\"n\":1}"));
            send(other, "{\"other\":1}\n");
            assertThat(text(frames)).startsWith(record(2, "{\"other\":1}"));
            send(emitter, ":2}\n" + longest + "\n");

            assertThat(text(frames)).startsWith(record(3, "{\"n\":2}"));
            assertThat(text(frames)).startsWith(record(4, longest)).hasSizeLessThan(longest.length() + 200);
        }
    }

    @Test
    void givesALineThatWasBegunBeforeTheFirstSubscriberCame() throws Exception {
        try (SocketChannel emitter = emitter()) {
            send(emitter, "{\"n\":1}\n{\"n\"");
            awaitAnswer(emitter);

            try (SocketChannel late = door.subscribe(0, 0)) {
                DataInputStream frames = new DataInputStream(late.socket().getInputStream());
                assertThat(text(frames)).isEqualTo("{\"t\":\"live\",\"chain\":\"audit\",\"seq\":1}");
                send(emitter, ":2}\n");

                assertThat(text(frames)).startsWith(record(2, "{\"n\":2}"));
            }
        }
    }

    @Test
    void makesFramesAsLongAsThoseOfARelay() throws Exception {
        try (SocketChannel emitter = emitter();
                SocketChannel subscriber = door.subscribe(0, 0)) {
            DataInputStream frames = new DataInputStream(subscriber.socket().getInputStream());
            text(frames);
            RequestBlock block = new RequestBlock(RequestMix.EVENTS, 450, 1, 0, "");
            emitter.write(block.bytes().duplicate().limit(block.startOf(1)));

            assertThat(text(frames)).hasSizeBetween(690, 710);
        }
    }

    private Subscribers subscribers(int readers, int slow) throws Exception {
        EmitterLoad paced = new EmitterLoad(8, 2_048, 0, 450, RequestMix.EVENTS, EVENTS, true);
        LoadPlan plan = new LoadPlan(paced, readers, slow, 0, Duration.ZERO, Duration.ofSeconds(1), false);
        Subscribers subscribers = new Subscribers(door, plan, 0, 7, clock);
        assertThat(subscribers.start(PATIENCE)).isTrue();
        subscribers.measure(new Measured(0, 0, Long.MAX_VALUE));
        return subscribers;
    }

    /// Sends all events, as fast as the subscribers take them, and waits until they have.
    private void emit(Subscribers subscribers) throws Exception {
        EmitterLoad paced = new EmitterLoad(8, 2_048, 0, 450, RequestMix.EVENTS, EVENTS, true);
        Run run = new Run(7, clock, new Measured(0, 0, Long.MAX_VALUE));
        try (Emitters emitters = new Emitters(socket, paced, run, subscribers::deliveredEach, null)) {
            emitters.start();
            subscribers.awaitAll(EVENTS, PATIENCE);
            assertThat(emitters.stop(PATIENCE)).isZero();
            subscribers.stop();
        }
    }

    private SocketChannel emitter() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static void send(SocketChannel emitter, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            emitter.write(bytes);
        }
    }

    private static void awaitAnswer(SocketChannel emitter) throws IOException {
        assertThat(emitter.read(ByteBuffer.allocate(AnswerReader.EVENT_ANSWER_BYTES)))
                .isEqualTo(AnswerReader.EVENT_ANSWER_BYTES);
    }

    private static int slowClosed(Subscribers subscribers) {
        try {
            return subscribers.slowClosed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String record(long sequence, String line) {
        return "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":" + sequence + ",\"record\":" + line + ",\"";
    }

    /// The text of the next frame.
    private static String text(DataInputStream frames) throws IOException {
        assertThat(frames.readUnsignedByte()).isEqualTo(0x81);
        int length = frames.readUnsignedByte();
        long payload = length == 126 ? frames.readUnsignedShort() : length == 127 ? frames.readLong() : length;
        return new String(frames.readNBytes(Math.toIntExact(payload)), StandardCharsets.UTF_8);
    }

    private void serveUntilClosed() {
        try {
            server.serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

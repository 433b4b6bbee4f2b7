package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineServerTest {

    private static final int EVENTS = 50_000;

    @TempDir
    Path directory;

    @Test
    void answersEveryLineOnceItIsInTheFile() throws Exception {
        Path log = directory.resolve("baseline.log");
        Path socket = directory.resolve("baseline.sock");
        LoadClock clock = new LoadClock();
        EmitterLoad load = new EmitterLoad(8, 4_096, 0, 450, RequestMix.EVENTS, EVENTS, false);
        Evidence evidence = new Evidence(7, 8);
        Run run = new Run(7, clock, new Measured(0, 0, Long.MAX_VALUE));

        try (BaselineServer server = new BaselineServer(socket, log);
                Emitters emitters = new Emitters(socket, load, run, () -> 0, evidence)) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            emitters.start();
            awaitEvents(emitters);
            long unanswered = emitters.stop(Duration.ofSeconds(10));

            assertThat(emitters.fault()).isEmpty();
            assertThat(unanswered).isZero();
            assertThat(emitters.refused()).isZero();
            assertThat(emitters.events()).isEqualTo(EVENTS);
            assertThat(evidence.events().count()).isEqualTo(EVENTS);
            assertThat(lines(log)).isEqualTo(EVENTS);
        }
    }

    @Test
    void countsNewlinesWhereverTheyStand() {
        Random random = new Random(1);
        for (int size = 0; size < 200; size++) {
            byte[] bytes = new byte[size];
            int expected = 0;
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) (random.nextInt(4) == 0 ? '\n' : random.nextInt(256));
                expected += bytes[i] == '\n' ? 1 : 0;
            }

            assertThat(BaselineFill.newlines(ByteBuffer.wrap(bytes), 0, size)).isEqualTo(expected);
        }
    }

    private static void awaitEvents(Emitters emitters) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (emitters.events() < EVENTS && emitters.fault().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long lines(Path log) throws IOException {
        try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.count();
        }
    }

    private static void serve(BaselineServer server) {
        try {
            server.serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

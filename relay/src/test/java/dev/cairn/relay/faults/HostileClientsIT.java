package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Promise 6: no input kills the relay, stalls it, or is noticed by a client that behaves. After each test an honest
/// client stores an
/// event; at the end the log verifies.
class HostileClientsIT {

    @TempDir
    static Path directory;

    private static RelayProcess relay;

    @BeforeAll
    static void start() {
        relay = RelayProcess.start(directory);
    }

    @AfterAll
    static void everythingVerifies() throws Exception {
        try (RelayProcess stopping = relay) {
            assertThat(stopping.stop()).isZero();
            StoredEvents.intact(stopping.log());
        }
    }

    @AfterEach
    void anHonestClientIsServed() throws IOException {
        try (LineClient honest = LineClient.connect(relay.socket())) {
            assertThat(honest.ask(LineClient.event("evt_honest_" + System.nanoTime())))
                    .startsWith("{\"ok\":true");
        }
    }

    @Test
    void refusesALineOfTenMegabytes() throws IOException {
        byte[] long10 = new byte[10 * 1024 * 1024];
        Arrays.fill(long10, (byte) 'x');

        try (LineClient client = LineClient.connect(relay.socket())) {
            client.send(long10);

            assertThat(client.answer()).isEqualTo("{\"ok\":false,\"error\":\"Message too large\"}");
        }
    }

    @Test
    void answersEveryLineThatKillsThePeer() throws IOException {
        List<String> deadly = List.of(
                "null",
                "{\"type\":\"sign\",\"payload\":{\"data\":5}}",
                "{\"type\":\"verify\",\"payload\":{\"data\":\"x\",\"signature\":\"hmac-sha256:" + "\u00e9".repeat(64)
                        + "\",\"key_id\":\"0123456789abcdef\"}}",
                "{\"protocol_version\":{\"toString\":1},\"type\":\"ping\"}",
                "[".repeat(100_000) + "]".repeat(100_000),
                "{\"type\":\"event\",\"payload\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000) + "}");

        try (LineClient client = LineClient.connect(relay.socket())) {
            for (String line : deadly) {
                assertThat(client.ask(line + "\n")).startsWith("{\"ok\":");
            }
        }
    }

    @Test
    void survivesRandomBytes() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(noise);
            try (SocketChannel client = raw()) {
                client.write(ByteBuffer.wrap(noise));
            }
        }
    }

    @Test
    void survivesHalfFramesOfTheOtherDialect() throws IOException {
        for (byte[] start : List.of(new byte[] {0}, new byte[] {0, 0x10, 0, 0}, new byte[] {0, 0, 0, 5, '{'})) {
            try (SocketChannel client = raw()) {
                client.write(ByteBuffer.wrap(start));
            }
        }
    }

    @Test
    void carriesAThousandIdleConnections() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(raw());
            }
            anHonestClientIsServed();
        } finally {
            for (SocketChannel client : idle) {
                client.close();
            }
        }
    }

    @Test
    void holdsBackAClientThatNeverReads() throws IOException {
        byte[] pings = "{\"type\":\"ping\"}\n".repeat(4_096).getBytes(StandardCharsets.UTF_8);
        long before = residentKilobytes();

        try (SocketChannel client = raw()) {
            client.configureBlocking(false);
            long sent = 0;
            for (int refused = 0; refused < 1_000 && sent < 512L * 1024 * 1024; ) {
                int written = client.write(ByteBuffer.wrap(pings));
                sent += written;
                refused = written == 0 ? refused + 1 : 0;
                Thread.onSpinWait();
            }
            anHonestClientIsServed();

            assertThat(sent).isLessThan(512L * 1024 * 1024);
            assertThat(residentKilobytes() - before).isLessThan(64 * 1024);
        }
    }

    private static SocketChannel raw() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(relay.socket()));
        return channel;
    }

    private static long residentKilobytes() throws IOException {
        return java.nio.file.Files.readAllLines(Path.of("/proc/" + relay.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}

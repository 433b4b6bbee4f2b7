package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Promise 6: no input kills the relay, stalls it, or is noticed by a client that behaves. While each test runs, a
/// [Bystander] has events stored; at the end the log verifies and has each of them once.
class HostileClientsIT {

    private static final long LIMIT = 512L * 1024 * 1024;

    /// For so long nothing is taken from a client that is held back.
    private static final long HELD_BACK = TimeUnit.MILLISECONDS.toNanos(500);

    @TempDir
    static Path directory;

    private static RelayProcess relay;
    private static int served;

    private @Nullable Bystander bystander;

    @BeforeAll
    static void start() {
        relay = RelayProcess.start(directory);
    }

    @AfterAll
    static void everythingVerifies() throws Exception {
        try (RelayProcess stopping = relay) {
            assertThat(stopping.stop()).isZero();
            StoredEvents.intact(stopping.log());
            assertThat(StoredEvents.hashesById(stopping.log()).keySet())
                    .filteredOn(id -> id.startsWith("evt_bystander_"))
                    .hasSize(served);
        }
    }

    @BeforeEach
    void aBystanderComes(TestInfo test) throws IOException {
        bystander = Bystander.at(
                relay.socket(),
                "evt_bystander_" + test.getTestMethod().orElseThrow().getName() + "_");
    }

    @AfterEach
    void theBystanderHasNoticedNothing() throws Exception {
        try (Bystander leaving = Objects.requireNonNull(bystander)) {
            served += leaving.leave();
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

    /// The peer looks at the signature only when it knows the key.
    @Test
    void comparesASignatureOfStrangeCharactersWithThatOfAKnownKey() throws IOException {
        String key = Files.readString(directory.resolve("keys/seal/ACTIVE")).strip();
        try (LineClient client = LineClient.connect(relay.socket())) {
            for (String strange : List.of("\u00e9", "\u0000", "\ud83d\ude00", "\\ud800", "A")) {
                String signature = "hmac-sha256:"
                        + strange.repeat(64 / strange.replace("\\ud800", "?").length());

                String answer = client.ask("{\"type\":\"verify\",\"payload\":{\"data\":\"x\",\"signature\":\""
                        + signature.replace("\u0000", "\\u0000") + "\",\"key_id\":\"" + key + "\"}}\n");

                assertThat(answer).isEqualTo("{\"ok\":true,\"verified\":false,\"reason\":\"signature_mismatch\"}");
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
            serveANewcomer();
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
            for (long taken = System.nanoTime(); System.nanoTime() - taken < HELD_BACK && sent < LIMIT; ) {
                int written = client.write(ByteBuffer.wrap(pings));
                sent += written;
                taken = written == 0 ? taken : System.nanoTime();
                Thread.onSpinWait();
            }
            serveANewcomer();

            assertThat(sent).isLessThan(LIMIT);
            assertThat(residentKilobytes() - before).isLessThan(64 * 1024);
        }
    }

    @Test
    void forgetsHttpConnectionsThatAreGone() throws IOException {
        InetSocketAddress http =
                new InetSocketAddress(relay.http().getHost(), relay.http().getPort());
        long before = residentKilobytes();

        for (int i = 0; i < 6_000; i++) {
            try (SocketChannel client = SocketChannel.open(http)) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0); // Resets: no port waits for its end.
            }
        }

        assertThat(residentKilobytes() - before).isLessThan(24 * 1024);
    }

    @Test
    void cutsOffAWebSocketThatPingsAndNeverReads() throws IOException {
        byte[] ping = new byte[6 + 125]; // A masked frame whose mask is zero.
        ping[0] = (byte) 0x89;
        ping[1] = (byte) (0x80 | 125);
        byte[] pings = new byte[ping.length * 512];
        for (int at = 0; at < pings.length; at += ping.length) {
            System.arraycopy(ping, 0, pings, at, ping.length);
        }

        try (SocketChannel client = SocketChannel.open()) {
            client.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            client.connect(
                    new InetSocketAddress(relay.http().getHost(), relay.http().getPort()));
            client.write(ByteBuffer.wrap(upgrade().getBytes(StandardCharsets.ISO_8859_1)));

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 2_000; i++) { // 128 MB if nobody stops it.
                            client.write(ByteBuffer.wrap(pings));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void tellsAWebSocketClientThatItsFrameIsTooLargeOrNone() throws IOException {
        byte[] longer = {(byte) 0x81, (byte) 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}; // It claims 1 TiB.
        byte[] unmasked = {(byte) 0x81, 2, '{', '}'};

        String toTheLonger = conversation(longer);
        String toTheUnmasked = conversation(unmasked);

        assertThat(toTheLonger).contains("{\"ok\":false,\"error\":\"Message too large\"}");
        assertThat(closeCode(toTheLonger)).isEqualTo(1009);
        assertThat(closeCode(toTheUnmasked)).isEqualTo(1002);
        serveANewcomer();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // A relay that is lost may take nothing more.
    void outlivesAFloodOfWhatItRefuses() throws IOException {
        byte[] binary = {(byte) 0x82, (byte) 0x81, 0, 0, 0, 0, 'x'};
        byte[] flood = new byte[binary.length * 1_000];
        for (int at = 0; at < flood.length; at += binary.length) {
            System.arraycopy(binary, 0, flood, at, binary.length);
        }
        long before = residentKilobytes();

        try (Socket client = new Socket(relay.http().getHost(), relay.http().getPort())) {
            client.getOutputStream().write(upgrade().getBytes(StandardCharsets.ISO_8859_1));
            hear(client, "HTTP/1.1 101(?s:.*)\r\n\r\n");
            for (int i = 0; i < 2_000; i++) {
                client.getOutputStream().write(flood);
            }
        } catch (IOException _) {
            // It may end the connection.
        }
        serveANewcomer();

        assertThat(residentKilobytes() - before).isLessThan(64 * 1024);
    }

    @Test
    void boundsFramesThatDoNotEnd() throws IOException {
        byte[] half = new byte[1_000_000]; // Of a text frame of 1,000,000 bytes that begins with its head.
        byte[] head = {(byte) 0x81, (byte) 0xFF, 0, 0, 0, 0, 0, 0x0F, 0x42, 0x40, 0, 0, 0, 0};
        System.arraycopy(head, 0, half, 0, head.length);
        long before = residentKilobytes();
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket client = new Socket(relay.http().getHost(), relay.http().getPort());
                clients.add(client);
                client.setSoTimeout(20_000);
                client.getOutputStream().write(upgrade().getBytes(StandardCharsets.ISO_8859_1));
                hear(client, "HTTP/1.1 101(?s:.*)\r\n\r\n");
                Thread.ofVirtual().start(() -> sendWhatItTakes(client, half));
            }
            serveANewcomer();
            assertThat(closeCode(hear(clients.getFirst(), "(?s:.*)\\x88\\x02..")))
                    .isEqualTo(1013);
            assertThat(residentKilobytes() - before).isLessThan(128 * 1024);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        serveANewcomer();
    }

    private static void sendWhatItTakes(Socket to, byte[] bytes) {
        try {
            to.getOutputStream().write(bytes);
        } catch (IOException _) {
            // The relay has ended the connection.
        }
    }

    @Test
    void outlivesClientsThatAskAndNeverRead() throws IOException {
        byte[] requests = "GET /healthz HTTP/1.1\r\n\r\n".repeat(6_000).getBytes(StandardCharsets.US_ASCII);
        InetSocketAddress http =
                new InetSocketAddress(relay.http().getHost(), relay.http().getPort());
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.setOption(StandardSocketOptions.SO_RCVBUF, 2_304);
                client.connect(http);
                client.configureBlocking(false);
                client.write(ByteBuffer.wrap(requests));
            }
            serveANewcomer();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
        serveANewcomer();
    }

    /// What the relay says on `/v1/emit` to a client that sends these bytes, until the relay's own close frame.
    private static String conversation(byte[] bytes) throws IOException {
        try (Socket client = new Socket(relay.http().getHost(), relay.http().getPort())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(upgrade().getBytes(StandardCharsets.ISO_8859_1));
            hear(client, "HTTP/1.1 101(?s:.*)\r\n\r\n");
            client.getOutputStream().write(bytes);
            return hear(client, "(?s:.*)\\x88\\x02..");
        }
    }

    /// What comes until it has this form.
    private static String hear(Socket client, String form) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (!heard.toString().matches(form)) {
            int octet = client.getInputStream().read();
            assertThat(octet).as("after %s", heard).isNotNegative();
            heard.append((char) octet);
        }
        return heard.toString();
    }

    private static int closeCode(String heard) {
        return heard.charAt(heard.length() - 2) << 8 | heard.charAt(heard.length() - 1);
    }

    private static void serveANewcomer() throws IOException {
        try (LineClient newcomer = LineClient.connect(relay.socket())) {
            assertThat(newcomer.ask(LineClient.event("evt_newcomer_" + System.nanoTime())))
                    .startsWith("{\"ok\":true");
        }
    }

    private static String upgrade() {
        return "GET /v1/emit HTTP/1.1\r\nHost: " + relay.http().getAuthority() + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Authorization: Bearer " + relay.token() + "\r\n\r\n";
    }

    private static SocketChannel raw() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(relay.socket()));
        return channel;
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + relay.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}

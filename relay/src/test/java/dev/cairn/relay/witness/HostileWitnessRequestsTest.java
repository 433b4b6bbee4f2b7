package dev.cairn.relay.witness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.http.RawHttp;
import dev.cairn.relay.witness.RunningWitness.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing that anybody sends is stored by mistake, or stops the witness.
class HostileWitnessRequestsTest {

    private static final int BODY_MAX = 64 * 1024;
    private static final String GOOD = SealBodies.user(7, 'a');

    @TempDir
    private Path dir;

    private RunningWitness witness;

    @BeforeEach
    void start() throws TimeoutException {
        witness = RunningWitness.open(dir);
    }

    @AfterEach
    void stillServes() {
        try (RunningWitness last = witness) {
            assertThat(last.post(SealBodies.relay(4_711, 'f')).status()).isEqualTo(201);
            assertThat(witness.verdict()).isInstanceOf(LogVerdict.Intact.class);
        }
    }

    @ParameterizedTest
    @MethodSource
    void isRefused(String body) {
        Reply reply = witness.postBytes(body.getBytes(ISO_8859_1));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
        assertThat(reply.json().getString("code")).isIn("not-an-anchor", "malformed");
        assertThat(reply.text()).doesNotContain("<script>").hasSizeLessThan(400);
        assertThat(witness.logged("\"kind\":\"anchor\"")).isEmpty();
    }

    static Stream<Arguments> isRefused() {
        String deep = "[".repeat(30_000) + "]".repeat(30_000);
        return Stream.of(
                argumentSet("nothing", ""),
                argumentSet("no JSON", "<script>alert(1)</script>"),
                argumentSet("null", "null"),
                argumentSet("an array", "[" + GOOD + "]"),
                argumentSet("a string", "\"x\""),
                argumentSet("an empty object", "{}"),
                argumentSet("half an object", GOOD.substring(0, 200)),
                argumentSet("two objects", GOOD + GOOD),
                argumentSet("deep nesting", deep),
                argumentSet("deep nesting in an unknown member", GOOD.replace("{\"p", "{\"x\":" + deep + ",\"p")),
                argumentSet("another protocol", GOOD.replace("witness-v1", "witness-v2")),
                argumentSet("another version", SealBodies.relay(7, 'a').replace("\"version\":1", "\"version\":2")),
                argumentSet("no tip", GOOD.replace("tip_hash", "tip")),
                argumentSet("a bad tip", GOOD.replace("sha256:a", "sha256:A")),
                argumentSet("a tip that is a number", GOOD.replace('"' + SealBodies.tip('a') + '"', "5")),
                argumentSet("a negative count", GOOD.replace(":7,", ":-7,")),
                argumentSet("half a record", GOOD.replace(":7,", ":7.5,")),
                argumentSet("more records than can be counted", GOOD.replace(":7,", ":9007199254740992,")),
                argumentSet("endless records", GOOD.replace(":7,", ":1e400,")),
                argumentSet("a count in a string", GOOD.replace(":7,", ":\"7\",")),
                argumentSet("no signature", GOOD.replace("seal_signature", "signature")),
                argumentSet("an empty signature", GOOD.replace(SealBodies.signature('a'), "")),
                argumentSet("a long signature", GOOD.replace("hmac-", "x".repeat(300))),
                argumentSet("half a surrogate pair in the signature", GOOD.replace("hmac-", "\\ud800")),
                argumentSet("a line break in the key id", GOOD.replace("key_id\":\"", "key_id\":\"\\n")),
                argumentSet("a key id that is no text", GOOD.replace('"' + SealBodies.KEY_ID + '"', "{}")),
                argumentSet("invalid UTF-8", GOOD.replace("{\"p", "{\"x\":\"\u00ff\",\"p")),
                argumentSet(
                        "a seal that is no object", SealBodies.relay(7, 'a').replaceFirst("\\{\"sealed.*?}", "[]")));
    }

    @Test
    void aBodyOfTheLongestLengthIsAnchoredAndOneBeyondIsNot() {
        Reply longest = witness.post(padded(BODY_MAX));
        Reply longer = witness.post(padded(BODY_MAX + 1));
        Reply muchLonger = witness.post(padded(900_000));

        assertThat(longest.status()).isEqualTo(201);
        for (Reply refused : List.of(longer, muchLonger)) {
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.json().getString("code")).isEqualTo("too-large");
        }
    }

    @Test
    void whatAnnouncesTooMuchIsNotWaitedFor() throws IOException {
        try (RawHttp raw = new RawHttp(witness.port())) {
            raw.send("POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: 2000000\n\n");

            assertThat(raw.readToTheEnd()).startsWith("HTTP/1.1 413 ");
        }
    }

    /// The body doubles when it is quoted: it must fit a line all the same.
    @Test
    void aBodyOfNothingButEscapesFits() {
        String escapes = "\\\"".repeat(31_000);

        Reply reply = witness.post(GOOD.replace("{\"p", "{\"x\":\"" + escapes + "\",\"p"));

        assertThat(reply.status()).isEqualTo(201);
    }

    @Test
    void aBodyWithoutALengthCountsToo() throws IOException {
        String body = padded(BODY_MAX + 1);
        String head = "POST /api/v1/anchor HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n";
        try (RawHttp raw = new RawHttp(witness.port())) {
            raw.send(head + Integer.toHexString(body.length()) + "\n" + body + "\n0\n\n");

            assertThat(raw.readToTheEnd()).startsWith("HTTP/1.1 413 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 404",
        "GET, /api/v1/anchors/, 404",
        "GET, /api/v1/anchors/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, 404",
        "GET, /api/v1/anchors/..%2f..%2fwitness.key, 404",
        "GET, /api/v1/anchors/%00, 404",
        "GET, /api/v1/anchors/a.b, 404",
        "GET, /witness.key, 404",
        "POST, /other, 404",
        "GET, /api/v1/anchor, 405",
        "DELETE, /api/v1/anchor, 405",
        "POST, /api/v1/health, 405",
        "PUT, /api/v1/anchors/x, 405"
    })
    void answersWhatIsNotThere(String method, String path, int status) {
        Reply reply = witness.request(method, path);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().getInteger("status")).isEqualTo(status);
        assertThat(reply.header("allow").isEmpty()).isEqualTo(status != 405);
    }

    @Test
    void answersOnlyTheHeadToHead() {
        Reply reply = witness.request("HEAD", "/api/v1/health");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEmpty();
    }

    @Test
    void aPageOfAWebSiteMayNotAnchor() {
        Reply reply = witness.post(GOOD, "Origin", "https://evil.example", "Content-Type", "text/plain");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(witness.logged("\"kind\":\"anchor\"")).isEmpty();
    }

    @Test
    void oneConnectionHasOneAnswer() throws IOException {
        try (RawHttp raw = new RawHttp(witness.port())) {
            raw.send("GET /api/v1/health HTTP/1.1\nHost: x\n\n".repeat(2));

            assertThat(raw.readToTheEnd()).containsOnlyOnce("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whatIsSentBehindARequestIsRefusedAndNotAnchored() throws IOException {
        String first = SealBodies.user(7, 'a');
        String second = SealBodies.user(8, 'b');
        try (RawHttp raw = new RawHttp(witness.port())) {
            raw.send(posted(first) + posted(second) + posted(second));

            String answers = raw.readToTheEnd();

            assertThat(answers).startsWith("HTTP/1.1 201 ").containsOnlyOnce("HTTP/1.1 201 ");
            assertThat(answers).contains("HTTP/1.1 400 ", "\"code\":\"second-request\"");
        }
        assertThat(witness.logged("\"kind\":\"anchor\""))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("\"chained_events\":7"));
    }

    private static String posted(String body) {
        return "POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: " + body.length() + "\n\n" + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\0\0\0\n\n",
                "GET\n\n",
                "GET / HTTP/9.9\n\n",
                "OPTIONS * HTTP/1.1\nHost: x\n\n",
                "GET ? HTTP/1.1\nHost: x\n\n",
                "GET /%zz HTTP/1.1\nHost: x\n\n",
                "GET http:// HTTP/1.1\nHost: x\n\n",
                "POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
                "POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: 99999999999999999999\n\n",
                "POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: 5\nContent-Length: 6\n\n12345",
                "POST /api/v1/anchor HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\nzz\n"
            })
    void survivesWhatIsNotHttp(String bytes) throws IOException {
        try (RawHttp odd = new RawHttp(witness.port())) {
            odd.send(bytes);

            assertThat(witness.get("/api/v1/health").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\nabc\n", "5\n{\"a\":\nzzz\n"})
    void aBodyThatIsNoHttpIsTheSendersMatter(String chunks) throws IOException {
        try (RawHttp raw = new RawHttp(witness.port())) {
            raw.send("POST /api/v1/anchor HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + chunks);

            assertThat(raw.readToTheEnd()).startsWith("HTTP/1.1 400 ");
        }
    }

    /// It connects from another address as fast as it can while the owner's request is slow.
    @Test
    void aHostThatKeepsConnectingCutsOffNobodyElse() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger connected = new AtomicInteger();
        try (RawHttp owner = new RawHttp(witness.port())) {
            Thread flood = Thread.ofPlatform().start(() -> connect(over, connected));
            try {
                owner.send("POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: " + GOOD.length() + "\n\n{");
                until(() -> connected.get() > 1_000);
                owner.send(GOOD.substring(1));

                assertThat(owner.readToTheEnd()).startsWith("HTTP/1.1 201 ");
            } finally {
                over.set(true);
                flood.join();
            }
        }
    }

    private void connect(AtomicBoolean over, AtomicInteger connected) {
        Deque<Socket> open = new ArrayDeque<>();
        try {
            while (!over.get()) {
                Socket socket = new Socket();
                open.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), witness.port()));
                connected.incrementAndGet();
                if (open.size() > 400) {
                    open.remove().close();
                }
            }
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void idleConnectionsDoNotKeepOthersOut() throws IOException {
        List<RawHttp> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                RawHttp connection = new RawHttp(witness.port());
                idle.add(connection);
                connection.send("POST /api/v1/anchor HTTP/1.1\nHost: x\nContent-Length: 400\n\n{");
            }

            assertThat(witness.post(GOOD).status()).isEqualTo(201);
        } finally {
            for (RawHttp connection : idle) {
                connection.close();
            }
        }
    }

    private static String padded(int length) {
        byte[] good = GOOD.getBytes(UTF_8);
        return GOOD + " ".repeat(length - good.length);
    }
}

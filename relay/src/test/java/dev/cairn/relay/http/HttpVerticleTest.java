package dev.cairn.relay.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.HeardLog;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpVerticleTest {

    private static final String UPGRADE = """
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
            """;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final BearerToken token = BearerToken.random(new SecureRandom());
    private final Latest<ChainStatus> chain = new Latest<>(new ChainStatus(Tip.EMPTY, 0, new Serving()));
    private final Latest<ReceiptsStatus> receipts = new Latest<>(ReceiptsStatus.OFF);
    private final RelayConfig config =
            RelayConfig.defaults(Places.in(Path.of("/nowhere"))).withHttp("127.0.0.1", 0);
    private final HttpVerticle http = new HttpVerticle(
            config,
            token,
            bus,
            chain,
            receipts,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Map.of("/v1/echo", new WebSocketDoor(4096, socket -> socket.textMessageHandler(socket::writeTextMessage))));

    @BeforeEach
    void deploy() throws TimeoutException {
        vertx.deployVerticle(new OneLoop(http)).await(10, SECONDS);
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, SECONDS);
    }

    @Test
    void tellsTheSecurityLogWhomItDidNotLetInOnceEach() throws IOException {
        try (HeardLog heard = HeardLog.of(HttpVerticle.class)) {
            for (int i = 0; i < 3; i++) {
                ask("GET /metrics HTTP/1.1\nHost: evil-host.example\n");
                ask("GET /metrics HTTP/1.1\nHost: 127.0.0.1:" + http.port()
                        + "\nAuthorization: Bearer guessed-token\n");
            }

            assertThat(heard.values("peer")).containsExactly("127.0.0.1", "127.0.0.1");
        }
    }

    @Test
    void isAliveForEverybody() throws IOException {
        String answer = ask("GET /healthz HTTP/1.1\nHost: whatever.example\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("{\"alive\":true}");
    }

    @Test
    void saysWhichPartIsDown() throws IOException {
        String before = ask("GET /readyz HTTP/1.1\nHost: x\n");
        chain.set(new ChainStatus(Tip.EMPTY, 0, new Refusing("No space left on device")));
        String refusing = ask("GET /readyz HTTP/1.1\nHost: x\n");

        assertThat(before).startsWith("HTTP/1.1 200 ").endsWith("{\"ready\":true,\"down\":[]}");
        assertThat(refusing)
                .startsWith("HTTP/1.1 503 ")
                .endsWith("{\"ready\":false,\"down\":[{\"part\":\"chain\",\"reason\":\"No space left on device\"}]}");
    }

    @Test
    void tellsStrangersNoPaths() throws IOException {
        chain.set(new ChainStatus(
                Tip.EMPTY,
                0,
                new Refusing("/nowhere/events.relay.jsonl: line 3, offset 57 (see /home/jo/cairn/relay.log)")));
        String answer = ask("GET /readyz HTTP/1.1\nHost: x\n");

        assertThat(answer)
                .contains("\"events.relay.jsonl: line 3, offset 57 (see relay.log)\"")
                .doesNotContain("jo");
    }

    @Test
    void followsWhatPartsSayOfThemselves() throws IOException {
        bus.tellControl(new Degraded("seal", "no witness answers"));
        String degraded = ask("GET /readyz HTTP/1.1\nHost: x\n");
        bus.tellControl(new Recovered("seal"));
        String recovered = ask("GET /readyz HTTP/1.1\nHost: x\n");
        bus.tellControl(new Stopping());
        String stopping = ask("GET /readyz HTTP/1.1\nHost: x\n");

        assertThat(degraded)
                .startsWith("HTTP/1.1 503 ")
                .contains("{\"part\":\"seal\",\"reason\":\"no witness answers\"}");
        assertThat(recovered).startsWith("HTTP/1.1 200 ");
        assertThat(stopping).startsWith("HTTP/1.1 503 ").contains("stopping");
    }

    @Test
    void showsMetricsToWhoeverKnowsTheToken() throws IOException {
        String answer = askWithToken("GET /metrics HTTP/1.1\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("text/plain; version=0.0.4")
                .contains("cairn_http_refused_total{code=\"wrong-host\"} 0.0");
    }

    @Test
    void tellsNoMoreOfItselfThanItMust() throws IOException {
        String answer = ask("GET /healthz HTTP/1.1\nHost: x\n");

        assertThat(answer.toLowerCase(Locale.ROOT))
                .doesNotContain("server:")
                .doesNotContain("vert.x")
                .contains("x-content-type-options: nosniff")
                .contains("content-security-policy: default-src 'none'")
                .contains("cache-control: no-store");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refuses(String request, int status, String code) throws IOException {
        String answer = ask(request.replace("<port>", "" + http.port()).replace("<token>", token.reveal()));

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("application/problem+json")
                .contains("\"code\":\"" + code + "\"")
                .contains("nosniff")
                .doesNotContain(token.reveal());
    }

    static Stream<Arguments> refusals() {
        String host = "Host: 127.0.0.1:<port>\n";
        String bearer = host + "Authorization: Bearer <token>\n";
        String echo = "GET /v1/echo HTTP/1.1\n" + UPGRADE;
        return Stream.of(
                argumentSet("no token", "GET /metrics HTTP/1.1\n" + host, 401, "unauthenticated"),
                argumentSet("no token, no such path", "GET /x HTTP/1.1\n" + host, 401, "unauthenticated"),
                argumentSet(
                        "wrong token",
                        "GET /metrics HTTP/1.1\n" + host + "Authorization: Bearer " + "A".repeat(43) + "\n",
                        401,
                        "unauthenticated"),
                argumentSet(
                        "half a token",
                        "GET /metrics HTTP/1.1\n" + host + "Authorization: Bearer <token>x\n",
                        401,
                        "unauthenticated"),
                argumentSet(
                        "other scheme",
                        "GET /metrics HTTP/1.1\n" + host + "Authorization: Basic <token>\n",
                        401,
                        "unauthenticated"),
                argumentSet("token in the URL", "GET /metrics?token=<token> HTTP/1.1\n" + host, 401, "unauthenticated"),
                argumentSet(
                        "rebound name",
                        "GET /metrics HTTP/1.1\n" + bearer.replace("127.0.0.1", "evil.example"),
                        421,
                        "wrong-host"),
                argumentSet("two hosts", "GET /metrics HTTP/1.1\nHost: x\n" + bearer, 400, "malformed"),
                argumentSet("no host", "GET /metrics HTTP/1.1\nAuthorization: Bearer <token>\n", 400, "malformed"),
                argumentSet(
                        "other site",
                        "GET /metrics HTTP/1.1\n" + bearer + "Origin: https://evil.example\n",
                        403,
                        "wrong-origin"),
                argumentSet("no such path", "GET /x HTTP/1.1\n" + bearer, 404, "not-found"),
                argumentSet(
                        "other method",
                        "POST /metrics HTTP/1.1\n" + bearer + "Content-Length: 0\n",
                        405,
                        "method-not-allowed"),
                argumentSet(
                        "a stranger's other method where everybody may read",
                        "POST /healthz HTTP/1.1\n" + host + "Content-Length: 0\n",
                        405,
                        "method-not-allowed"),
                argumentSet("likewise", "DELETE /readyz HTTP/1.1\n" + host, 405, "method-not-allowed"),
                argumentSet("a body", "GET /metrics HTTP/1.1\n" + bearer + "Content-Length: 5\n", 413, "too-large"),
                argumentSet(
                        "chunks",
                        "GET /metrics HTTP/1.1\n" + bearer + "Transfer-Encoding: chunked\n",
                        413,
                        "too-large"),
                argumentSet("no upgrade", "GET /v1/echo HTTP/1.1\n" + bearer, 426, "upgrade-required"),
                argumentSet("old WebSocket", echo.replace("13", "8") + bearer, 426, "upgrade-required"),
                argumentSet("WebSocket without token", echo + host, 401, "unauthenticated"),
                argumentSet(
                        "WebSocket with a wrong token among its protocols",
                        echo + host + "Sec-WebSocket-Protocol: cairn.v1, bearer." + "A".repeat(43) + "\n",
                        401,
                        "unauthenticated"),
                argumentSet(
                        "WebSocket of another site",
                        echo + bearer + "Origin: http://127.0.0.1:1\n",
                        403,
                        "wrong-origin"),
                argumentSet(
                        "rebound WebSocket", echo + bearer.replace("127.0.0.1", "evil.example"), 421, "wrong-host"));
    }

    @Test
    void answersARefusedConnectionOnce() throws IOException {
        String refused = "GET /metrics HTTP/1.1\nHost: localhost\n\n";
        try (RawHttp http = new RawHttp(this.http.port())) {
            http.send(refused.repeat(3));

            assertThat(http.readToTheEnd()).containsOnlyOnce("HTTP/1.1 401 ");
        }
    }

    @Test
    void opensAWebSocketToWhoeverKnowsTheToken() throws IOException {
        String own = "Origin: http://127.0.0.1:" + http.port() + "\n";
        String answer = askWithToken("GET /v1/echo HTTP/1.1\n" + UPGRADE + own);

        assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContain("extensions");
    }

    @Test
    void takesTheTokenFromABrowsersProtocolsAndChoosesTheOther() throws IOException {
        String answer = ask("GET /v1/echo HTTP/1.1\nHost: localhost:" + http.port() + "\n" + UPGRADE
                + "Sec-WebSocket-Protocol: bearer." + token.reveal() + ", cairn.v1\n");

        assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContain(token.reveal());
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("sec-websocket-protocol: cairn.v1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1\nHost: localhost\n",
                "GET x HTTP/1.1\nHost: localhost\n",
                "GET ? HTTP/1.1\nHost: localhost\n",
                "GET # HTTP/1.1\nHost: localhost\n",
                "GET http:// HTTP/1.1\nHost: localhost\n",
                "CONNECT localhost:1 HTTP/1.1\nHost: localhost\n",
                "GET //v1/echo/../echo HTTP/1.1\nHost: localhost\n" + UPGRADE
            })
    void answersOddTargetsWithARefusal(String head) throws IOException {
        assertThat(ask(head)).matches("(?s)HTTP/1\\.[01] 40[0145] .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\0\0\0\n", "GET\n", "GET / HTTP/9.9\n", "GET /%zz HTTP/1.1\nHost: localhost\n", "é\n"})
    void survivesWhatIsNotHttp(String bytes) throws IOException {
        try (RawHttp odd = new RawHttp(http.port())) {
            odd.send(bytes);

            assertThat(ask("GET /healthz HTTP/1.1\nHost: x\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void boundsHeadersAndRequestLine() throws IOException {
        String headers = ask("GET /healthz HTTP/1.1\nHost: x\nX: " + "x".repeat(9_000) + "\n");
        String line = ask("GET /healthz?" + "x".repeat(5_000) + " HTTP/1.1\nHost: x\n");

        assertThat(headers).contains(" 431 ");
        assertThat(line).contains(" 414 ");
    }

    @Test
    void letsTheNewestConnectionInAtTheCostOfTheOldest() throws IOException {
        List<RawHttp> idle = new ArrayList<>();
        try {
            for (int i = 0; i < Connections.MAX; i++) {
                idle.add(new RawHttp(http.port()));
            }
            String answer = ask("GET /healthz HTTP/1.1\nHost: x\n");

            assertThat(answer).startsWith("HTTP/1.1 200 ");
            assertThat(idle.getFirst().readToTheEnd()).isEmpty();
        } finally {
            for (RawHttp connection : idle) {
                connection.close();
            }
        }
    }

    private String askWithToken(String request) throws IOException {
        return ask(request + "Host: 127.0.0.1:" + http.port() + "\nAuthorization: Bearer " + token.reveal() + "\n");
    }

    /// Sends a head and reads the whole answer, of which the server says where it ends.
    private String ask(String head) throws IOException {
        try (RawHttp connection = new RawHttp(http.port())) {
            return connection.ask(head);
        }
    }
}

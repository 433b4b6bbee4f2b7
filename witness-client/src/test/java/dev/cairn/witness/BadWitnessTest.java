package dev.cairn.witness;

import static dev.cairn.witness.Given.key;
import static dev.cairn.witness.Given.publisher;
import static dev.cairn.witness.Seals.line;
import static dev.cairn.witness.Seals.seal;
import static dev.cairn.witness.Seals.tip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.witness.WitnessEvent.QuorumReached;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each bad witness is asked beside a good one: the good one counts, the bad one is recorded for what it is.
class BadWitnessTest {

    private final Vertx vertx = Vertx.vertx();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void stopAll() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void doesNotCount(Behaviour behaviour, Proof require, int status, String error) throws InterruptedException {
        WitnessServer bad = WitnessServer.start(vertx, behaviour);

        Response response =
                askBeside(bad.endpoint("bad", require, require == Proof.SIGNATURE ? key(1).publicKey() : null));

        assertThat(response.isOk()).isFalse();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.error()).isEqualTo(error);
        Until.isTrue(() -> bad.openConnections() == 0);
    }

    static Stream<Arguments> behaviours() {
        return Stream.of(
                argumentSet("hangs", Behaviour.hangs(), Proof.STATUS, 0, "timed out after 2000 ms"),
                argumentSet("fails", Behaviour.says(500, "oops"), Proof.STATUS, 500, "HTTP 500"),
                argumentSet("conflicts", Behaviour.says(409, "{}"), Proof.STATUS, 409, "HTTP 409"),
                argumentSet(
                        "holds another tip",
                        Behaviour.holds(
                                key(1), seal -> new SealedTip(seal(9).tip(), seal.count(), "another", seal.keyId())),
                        Proof.STATUS,
                        409,
                        "HTTP 409: shows another seal"),
                argumentSet("conflicts at length", Behaviour.floods(409), Proof.STATUS, 409, "HTTP 409"),
                argumentSet("fails at length", Behaviour.floods(500), Proof.STATUS, 500, "HTTP 500"),
                argumentSet(
                        "names another tip",
                        Behaviour.says(200, "{\"tip_hash\":\"sha256:00\"}"),
                        Proof.STATUS,
                        200,
                        "names another tip_hash"),
                argumentSet(
                        "names another count",
                        Behaviour.says(200, "{\"anchor_id\":\"a\",\"chained_events\":2}"),
                        Proof.ANCHOR,
                        200,
                        "names another chained_events"),
                argumentSet(
                        "signs another seal",
                        Behaviour.signs(
                                key(1), seal -> new SealedTip(seal.tip(), seal.count(), "another", seal.keyId())),
                        Proof.SIGNATURE,
                        201,
                        "names another seal_signature"),
                argumentSet(
                        "signs with a key that only it names",
                        Behaviour.signs(key(2)),
                        Proof.SIGNATURE,
                        201,
                        "gave anchor, must give signature"),
                argumentSet(
                        "talks garbage",
                        Behaviour.says(200, "<html>{]"),
                        Proof.ANCHOR,
                        200,
                        "gave status, must give anchor"),
                argumentSet(
                        "never stops talking",
                        Behaviour.floods(200),
                        Proof.ANCHOR,
                        200,
                        "gave status, must give anchor"),
                argumentSet(
                        "closes without an answer",
                        (Behaviour) (request, _) -> request.connection().close(),
                        Proof.STATUS,
                        0,
                        "the connection broke, or no HTTP came: HttpClosedException"));
    }

    @Test
    void thatDripsForEverRunsOutOfTime() throws InterruptedException {
        WitnessServer bad = WitnessServer.start(vertx, drips());

        Response response = askBeside(bad.endpoint("bad"));

        assertThat(response.error()).isEqualTo("timed out after 2000 ms");
        Until.isTrue(() -> bad.openConnections() == 0);
    }

    @Test
    void isNotFollowedElsewhereAndItsTokenStaysWithIt() throws InterruptedException {
        WitnessServer elsewhere = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer bad = WitnessServer.start(vertx, Behaviour.redirectsTo(elsewhere.url("/api/v1/anchor")));
        WitnessEndpoint endpoint =
                new WitnessEndpoint("bad", URI.create(bad.url("/")), WitnessToken.of("s3cret"), Proof.STATUS, null);

        Response response = askBeside(endpoint);

        assertThat(response.error()).isEqualTo("HTTP 302");
        assertThat(bad.requests()).hasSize(1);
        assertThat(elsewhere.requests()).isEmpty();
    }

    @Test
    void isReadNoFurtherThanItsReplyIsKept() throws InterruptedException {
        WitnessServer talker = WitnessServer.start(vertx, Behaviour.floods(200));

        Response response = askBeside(talker.endpoint("bad"));

        assertThat(response.isOk()).isTrue();
        assertThat(Objects.requireNonNull(response.reply()).text()).hasSize(WitnessReply.KEPT_MAX);
        Until.isTrue(() -> talker.openConnections() == 0);
    }

    @Test
    void thatSpeaksNoHttpDoesNotCount() throws Exception {
        WitnessEndpoint garbage = raw(socket -> socket.write("220 smtp.example ESMTP\r\n\r\n"));
        WitnessEndpoint endless = raw(socket -> socket.write("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 20)));
        WitnessEndpoint torn = raw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            socket.close();
        });

        for (WitnessEndpoint endpoint : new WitnessEndpoint[] {garbage, endless, torn}) {
            Response response = askBeside(endpoint);
            assertThat(response.isOk()).isFalse();
            assertThat(response.status()).isZero();
            assertThat(response.error()).startsWith("the connection broke, or no HTTP came: ");
        }
    }

    @Test
    void whereNobodyListensDoesNotCount() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }

        Response response = askBeside(endpoint(port));

        assertThat(response.error()).isEqualTo("no connection");
    }

    @Test
    void thatIsNamedIsFoundByTheSystemsRules() throws InterruptedException {
        WitnessServer named = WitnessServer.start(vertx, Behaviour.says(200, ""));
        URI url = URI.create(named.url("/").replace("127.0.0.1", "localhost"));

        Response response = askBeside(new WitnessEndpoint("bad", url, null, Proof.STATUS, null));

        assertThat(response.error()).isEmpty();
        assertThat(response.url()).startsWith("http://localhost:");
    }

    /// Asks the witness and a good one, of which one must confirm.
    private Response askBeside(WitnessEndpoint bad) throws InterruptedException {
        WitnessServer good = WitnessServer.start(vertx, Behaviour.says(200, ""));
        publisher(vertx, recorder, 1, good.endpoint("good"), bad).publish(line(1), tip(1));
        WitnessRecord record = recorder.nextRecord();
        Until.isTrue(() -> recorder.all().stream().anyMatch(QuorumReached.class::isInstance));
        return record.responses().stream()
                .filter(response -> response.name().equals("bad"))
                .findFirst()
                .orElseThrow();
    }

    private WitnessEndpoint raw(Handler<NetSocket> behaviour) throws Exception {
        NetServer server = vertx.createNetServer().connectHandler(behaviour);
        server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        return endpoint(server.actualPort());
    }

    private static WitnessEndpoint endpoint(int port) {
        return new WitnessEndpoint("bad", URI.create("http://127.0.0.1:" + port + "/"), null, Proof.STATUS, null);
    }

    /// A byte now and then, so that no idle timeout ever strikes.
    private Behaviour drips() {
        return (request, _) -> {
            request.response().setChunked(true).write("{");
            vertx.setPeriodic(50, timer -> drip(request.response(), timer));
        };
    }

    private void drip(HttpServerResponse response, long timer) {
        if (response.closed()) {
            vertx.cancelTimer(timer);
        } else {
            response.write(" ");
        }
    }
}

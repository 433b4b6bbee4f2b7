package dev.cairn.relay.stream;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.Batches;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.HeartbeatAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.http.BearerToken;
import dev.cairn.relay.http.HttpVerticle;
import dev.cairn.relay.http.OneLoop;
import dev.cairn.relay.http.WebSocketDoor;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/// The stream and the HTTP server on a real port, beside a chain that stores whatever it is told to.
final class TestRelay implements AutoCloseable {

    static final RelayConfig.Stream LIMITS = new RelayConfig.Stream(1000, 2_000_000, 100, Duration.ofSeconds(10), 32);
    static final Settings SETTINGS = new Settings(LIMITS, Duration.ofHours(1), Duration.ofSeconds(10));

    private static final Hash HASH = new Hash("sha256:" + "0".repeat(64));

    final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    final Bus bus = Bus.on(vertx);
    final BearerToken token = BearerToken.random(new SecureRandom());
    final Latest<ChainStatus> status = new Latest<>(new ChainStatus(Tip.EMPTY, 0, new Serving()));
    final Unheard unheard = new Unheard();
    final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final MemoryLog log = new MemoryLog();
    private final HttpVerticle http;
    private final String deployment;

    TestRelay(Settings settings, String... stored) throws TimeoutException {
        store(List.of(stored));
        StreamVerticle stream = new StreamVerticle(
                bus,
                new StreamVerticle.Sources(status, log, unheard, new Latest<>(ReceiptsStatus.OFF), null),
                settings,
                meters);
        RelayConfig config =
                RelayConfig.defaults(Places.in(Path.of("/nowhere"))).withHttp("127.0.0.1", 0);
        http = new HttpVerticle(
                config,
                token,
                bus,
                status,
                new Latest<>(ReceiptsStatus.OFF),
                meters,
                Map.of("/v1/stream", new WebSocketDoor(StreamVerticle.FRAME_BYTES_MAX, stream::accept)));
        Future<?> beats = bus.answer(Address.BEAT_AUDIT, _ -> {
            beat("{\"type\":\"heartbeat\",\"relay_event_count\":" + tip() + "}");
            return Future.succeededFuture(new Appended());
        });
        deployment = beats.compose(_ -> vertx.deployVerticle(new OneLoop(stream, http)))
                .await(10, SECONDS);
    }

    int port() {
        return http.port();
    }

    long tip() {
        return status.get().tip().count();
    }

    /// Makes records durable and tells of them.
    void append(String... lines) {
        long first = tip() + 1;
        store(List.of(lines));
        var appended = new RecordsAppended(first, lines.length, List.of(Batches.of(List.of(lines))));
        unheard.told(appended.bytes());
        bus.tell(Topic.RECORDS_APPENDED, appended);
    }

    /// Makes records durable and tells of them without handing them over, as to a stream that is far behind.
    void appendUnseen(String... lines) {
        long first = tip() + 1;
        store(List.of(lines));
        bus.tell(Topic.RECORDS_APPENDED, new RecordsAppended(first, lines.length, List.of()));
    }

    /// Makes `count` records durable, of about `bytes` bytes each, in one batch.
    void appendMany(int count, int bytes) {
        append(LongStream.rangeClosed(tip() + 1, tip() + count)
                .mapToObj(seq -> line(seq, bytes))
                .toArray(String[]::new));
    }

    static String line(long seq, int bytes) {
        return "{\"n\":" + seq + ",\"pad\":\"" + "p".repeat(bytes) + "\"}";
    }

    void beat(String line) {
        bus.tell(Topic.HEARTBEAT_APPENDED, new HeartbeatAppended(line));
    }

    void control(Control control) {
        bus.tellControl(control);
    }

    StreamClient client() {
        return StreamClient.connect(port(), token);
    }

    void undeploy() throws TimeoutException {
        vertx.undeploy(deployment).await(10, SECONDS);
    }

    @Override
    public void close() throws TimeoutException {
        vertx.close().await(10, SECONDS);
    }

    private void store(List<String> lines) {
        long count = log.add(lines);
        if (count > 0) {
            status.set(new ChainStatus(new Tip(HASH, count), 0, status.get().health()));
        }
    }
}

package dev.cairn.relay.witness;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.config.ListenRefusedException;
import dev.cairn.relay.live.History;
import dev.cairn.relay.witness.AnchorRoutes.Health;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The witness server's HTTP side: reads the chain's records once, then answers, and asks for a heartbeat on schedule.
///
/// Deployed once, behind the chain's writer. Its event loop owns everything but the chain.
public final class WitnessVerticle extends VerticleBase {

    private static final int HEADER_BYTES_MAX = 8 * 1024;
    private static final int REQUEST_LINE_BYTES_MAX = 4 * 1024;
    private static final int IDLE_SECONDS = 15;
    private static final int LAST_REQUESTS_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessVerticle.class);

    private final WitnessConfig config;
    private final Ed25519KeyPair key;
    private final Bus bus;
    private final Latest<ChainStatus> status;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Handler<HttpConnection> connections;
    private final AnchorLog log;
    private @Nullable HttpServer server;
    private boolean beating;
    private volatile int port;

    /// @param history the chain's, from its first record on
    /// @param connections bounds how many there are and for how long
    public WitnessVerticle(
            WitnessConfig config,
            Ed25519KeyPair key,
            Bus bus,
            Latest<ChainStatus> status,
            History history,
            InstantSource clock,
            LongSupplier nanoTime,
            Handler<HttpConnection> connections) {
        this.config = config;
        this.key = key;
        this.bus = bus;
        this.status = status;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.connections = connections;
        this.log = new AnchorLog(bus, history, status, new SecureRandom());
    }

    @Override
    public Future<?> start() {
        var desk = new AnchorDesk(log, key, clock, config.limits());
        var gate = new Gate(config.tokens(), config.limits(), nanoTime);
        Router router = Router.router(vertx);
        new AnchorRoutes(config.paths(), gate, desk, log, () -> health(desk)).mount(router);
        HttpServer opened =
                vertx.createHttpServer(options()).connectionHandler(connections).requestHandler(router);
        server = opened;
        vertx.setPeriodic(config.heartbeat().toMillis(), _ -> beat());
        return log.load()
                .compose(_ -> bus.hear(Topic.RECORDS_APPENDED, log::hear))
                .onSuccess(_ -> noteLoaded())
                .compose(_ -> opened.listen(config.port(), config.host()).recover(this::refused))
                .onSuccess(listening -> port = listening.actualPort());
    }

    private Future<HttpServer> refused(Throwable cause) {
        return Future.failedFuture(new ListenRefusedException(config.host(), config.port(), cause));
    }

    /// The port that it listens on, once deployed.
    public int port() {
        return port;
    }

    /// Takes no more requests, and gives those that wait for the disk a little time.
    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.shutdown(LAST_REQUESTS_SECONDS, TimeUnit.SECONDS);
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }

    private Health health(AnchorDesk desk) {
        ChainStatus now = status.get();
        boolean stores = now.health() instanceof Serving;
        boolean good = stores && !desk.isFull();
        JsonText json = JsonText.object()
                .put("status", good ? "ok" : stores ? "full" : "cannot-store")
                .put("witness_key", key.publicKey().text())
                .put("anchors", log.index().anchors())
                .put("tokens_required", config.tokens().areRequired())
                .put(
                        "chain_tip",
                        now.tip().hash() == null ? null : now.tip().hash().text())
                .put("records", now.tip().count());
        return new Health(good, json);
    }

    private void noteLoaded() {
        LOG.atInfo()
                .addKeyValue("anchors", log.index().anchors())
                .addKeyValue("bytes", log.index().bytes())
                .log("anchors indexed");
    }

    private void beat() {
        if (beating) {
            return; // The chain has yet to answer the last one.
        }
        beating = true;
        bus.ask(Address.BEAT_AUDIT, new Beat()).onComplete(this::noteBeat, this::missBeat);
    }

    private void noteBeat(AppendReply reply) {
        beating = false;
        switch (reply) {
            case Appended _ -> LOG.debug("heartbeat");
            case NotAppended(String reason, int _) ->
                LOG.atWarn().addKeyValue("reason", reason).log("heartbeat not written");
        }
    }

    private void missBeat(Throwable cause) {
        beating = false;
        LOG.atError().setCause(cause).log("heartbeat failed");
    }
}

package dev.cairn.relay.http;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.config.ListenRefusedException;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.RefusalLog;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The host's one HTTP server: health, metrics, and the doors that features open to WebSockets.
///
/// `/healthz` and `/readyz` are for everybody; all else passes the [Guard].
public final class HttpVerticle extends VerticleBase {

    /// The subprotocol that a WebSocket may ask for; a browser that offers its token as one needs another to
    /// be chosen.
    public static final String SUBPROTOCOL = "cairn.v1";

    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);

    private static final int HEADER_BYTES_MAX = 8 * 1024;
    private static final int REQUEST_LINE_BYTES_MAX = 4 * 1024;

    private static final String VERSION_HEADER = "Sec-WebSocket-Version";

    /// A line of the audit dialect that is accepted whatever the limit says, in bytes.
    private static final int LINE_BYTES_ALWAYS = 256 * 1024;

    /// A peer whose kernel acknowledges nothing for this long is gone; one that is only slow has its own
    /// limit, which comes first.
    private static final Duration GONE = Duration.ofSeconds(90);

    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);
    private static final int LOG_LINES_PER_PERIOD = 16;

    private final RelayConfig config;
    private final BearerToken token;
    private final Bus bus;
    private final Latest<ChainStatus> chain;
    private final Latest<ReceiptsStatus> receipts;
    private final PrometheusMeterRegistry meters;
    private final Map<String, WebSocketDoor> doors;
    private @Nullable HttpServer server;
    private volatile int port;

    /// @param doors who serves the WebSockets of each path, on this verticle's event loop
    public HttpVerticle(
            RelayConfig config,
            BearerToken token,
            Bus bus,
            Latest<ChainStatus> chain,
            Latest<ReceiptsStatus> receipts,
            PrometheusMeterRegistry meters,
            Map<String, WebSocketDoor> doors) {
        this.config = config;
        this.token = token;
        this.bus = bus;
        this.chain = chain;
        this.receipts = receipts;
        this.meters = meters;
        this.doors = Map.copyOf(doors);
    }

    @Override
    public Future<?> start() {
        Readiness readiness = new Readiness(chain, receipts, config.dataDir());
        Connections connections = new Connections(vertx);
        HostNames names = new HostNames(config.http().host(), config.http().allowedHosts());
        RefusalLog refusals = new RefusalLog(LOG, LOG_LINES_PER_PERIOD);
        vertx.setPeriodic(LOG_PERIOD.toMillis(), _ -> refusals.nextPeriod());
        Guard guard = new Guard(names, token, meters, refusals);
        Router router = router(readiness, guard);
        HttpServer opened = vertx.createHttpServer(options())
                .connectionHandler(connections::admit)
                .requestHandler(request -> route(request, router, guard, connections));
        server = opened;
        return bus.hearControl(readiness::hear)
                .compose(_ -> opened.listen(config.http().port(), config.http().host()))
                .recover(cause -> Future.failedFuture(new ListenRefusedException(
                        config.http().host(), config.http().port(), cause)))
                .onSuccess(listening -> port = listening.actualPort());
    }

    /// The port that it listens on, once deployed.
    public int port() {
        return port;
    }

    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    /// The longest message that any door of a relay takes: a line of an emitter, which a newline may end.
    public static int messageBytesMax(RelayConfig config) {
        return Math.max(config.ingress().lineBytesMax(), LINE_BYTES_ALWAYS) + 1;
    }

    private HttpServerOptions options() {
        int messageBytesMax = messageBytesMax(config);
        Duration gone = GONE.plus(config.stream().stallTimeout());
        return new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxWebSocketFrameSize(messageBytesMax)
                .setMaxWebSocketMessageSize(messageBytesMax)
                .addWebSocketSubProtocol(SUBPROTOCOL)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout((int) gone.toMillis());
    }

    /// A WebSocket goes to its door past the router, which would wrap it.
    private void route(HttpServerRequest request, Router router, Guard guard, Connections connections) {
        secure(request.response());
        WebSocketDoor door = doors.get(request.path());
        if (door == null || !isUpgrade(request)) {
            router.handle(request);
        } else if (!guard.refuses(request)) {
            request.toWebSocket()
                    .onSuccess(socket -> {
                        connections.release(request.connection());
                        UnreadLimit.on(socket);
                        door.open(socket);
                    })
                    .onFailure(cause -> LOG.atDebug().setCause(cause).log("no WebSocket came of a request"));
        }
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
                && "13".equals(request.getHeader(VERSION_HEADER));
    }

    private Router router(Readiness readiness, Guard guard) {
        Router router = Router.router(vertx);
        read(router, "/healthz").handler(routing -> json(routing, 200, "{\"alive\":true}"));
        read(router, "/readyz").handler(routing -> answerReady(routing, readiness));
        for (String path : List.of("/healthz", "/readyz")) { // Who may read it may know that it can only be read.
            router.route(path).handler(routing -> routing.fail(Problem.METHOD_NOT_ALLOWED.status()));
        }
        router.route().handler(routing -> pass(routing, guard));
        read(router, "/metrics").handler(this::answerMetrics);
        doors.keySet().forEach(path -> router.get(path).handler(HttpVerticle::requireUpgrade));
        for (Problem problem : Problem.values()) {
            router.errorHandler(problem.status(), routing -> problem.end(routing.response()));
        }
        router.errorHandler(Problem.METHOD_NOT_ALLOWED.status(), HttpVerticle::refuseMethod);
        router.errorHandler(Problem.INTERNAL.status(), HttpVerticle::fail);
        return router;
    }

    private static void pass(RoutingContext routing, Guard guard) {
        if (!guard.refuses(routing.request())) {
            routing.next();
        }
    }

    private static Route read(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static void secure(HttpServerResponse response) {
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /// Without paths: everybody may ask.
    private static void answerReady(RoutingContext routing, Readiness readiness) {
        Map<String, String> down = readiness.down();
        json(routing, down.isEmpty() ? 200 : 503, Readiness.json(down));
    }

    private void answerMetrics(RoutingContext routing) {
        routing.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        var _ = routing.response().end(meters.scrape());
    }

    private static void requireUpgrade(RoutingContext routing) {
        routing.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(VERSION_HEADER, "13");
        Problem.UPGRADE_REQUIRED.end(routing.response());
    }

    private static void json(RoutingContext routing, int status, String body) {
        routing.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .setStatusCode(status);
        var _ = routing.response().end(body);
    }

    private static void refuseMethod(RoutingContext routing) {
        routing.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        Problem.METHOD_NOT_ALLOWED.end(routing.response());
    }

    private static void fail(RoutingContext routing) {
        LOG.atError().setCause(routing.failure()).log("a request failed");
        Problem.INTERNAL.end(routing.response());
    }
}

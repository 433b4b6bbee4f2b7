package dev.cairn.relay;

import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Parts;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.chain.ChainVerticle;
import dev.cairn.relay.chain.Clocks;
import dev.cairn.relay.chain.RecoveredChain;
import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.chain.SingleInstance;
import dev.cairn.relay.chain.StartGivenUpException;
import dev.cairn.relay.chain.StartRefusedException;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.http.BearerToken;
import dev.cairn.relay.http.HttpVerticle;
import dev.cairn.relay.http.OneLoop;
import dev.cairn.relay.http.TokenFile;
import dev.cairn.relay.http.WebSocketDoor;
import dev.cairn.relay.ingress.Ingress;
import dev.cairn.relay.ingress.SocketRefusedException;
import dev.cairn.relay.ingress.UnixSocketDoor;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import dev.cairn.relay.live.History;
import dev.cairn.relay.receipts.ReceiptsDialect;
import dev.cairn.relay.receipts.ReceiptsRefusedException;
import dev.cairn.relay.receipts.ReceiptsVerticle;
import dev.cairn.relay.receipts.key.KeySourceException;
import dev.cairn.relay.seal.SealFiles;
import dev.cairn.relay.seal.SealVerticle;
import dev.cairn.relay.seal.SealedLog;
import dev.cairn.relay.seal.SealsRefusedException;
import dev.cairn.relay.seal.SigningProxy;
import dev.cairn.relay.stream.StreamVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The relay, wired by hand: read [#start] from top to bottom to see what there is and who knows whom.
public final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Vertx vertx;
    private final Bus bus;
    private final SingleInstance lock;
    private final List<UnixSocketDoor> sockets;
    private final Deque<String> deployments = new ConcurrentLinkedDeque<>(); // What is given up may still be opening.
    private @Nullable ReceiptsDialect receipts;
    private @Nullable SealedReceipts sealedReceipts;
    private @Nullable URI http;
    private @Nullable Latest<ChainStatus> chainStatus;

    private Relay(Vertx vertx, Bus bus, SingleInstance lock, List<UnixSocketDoor> sockets) {
        this.vertx = vertx;
        this.bus = bus;
        this.lock = lock;
        this.sockets = sockets;
    }

    /// Starts a relay; when the future completes, clients can connect.
    ///
    /// Blocks until the log is read. What is wrong with files, sockets or addresses fails the start with a
    /// message for the operator ([#isOperatorsMatter]).
    ///
    /// @param onFatal ends the process: only a restart can tell what is durable
    public static Future<Relay> start(RelayConfig config, Consumer<Throwable> onFatal) {
        return start(config, Promise.<Void>promise().future(), onFatal);
    }

    /// The same, with a start that can be given up: it stops then in order, and fails with
    /// [StartGivenUpException].
    ///
    /// @param giveUp completed when the relay is no longer wished
    public static Future<Relay> start(RelayConfig config, Future<Void> giveUp, Consumer<Throwable> onFatal) {
        return start(config, new Clocks(InstantSource.system(), System::nanoTime), giveUp, onFatal);
    }

    static Future<Relay> start(RelayConfig config, Clocks clocks, Future<Void> giveUp, Consumer<Throwable> onFatal) {
        SingleInstance lock;
        try {
            lock = SingleInstance.acquire(config.dataDir()); // Before anything else is touched.
        } catch (StartRefusedException e) {
            return Future.failedFuture(e);
        }
        FutureTask<Vertx> creation = new FutureTask<>(VertxSetup::create);
        Thread.ofPlatform().name("cairn-start").start(creation); // Meanwhile, the log is read.
        List<UnixSocketDoor> sockets = new ArrayList<>();
        try {
            prepareSockets(config, sockets);
            BearerToken token = config.http().enabled()
                    ? TokenFile.openOrCreate(config.dataDir(), new SecureRandom())
                    : null; // Nobody to show it to.
            RecoveredChain chain = Recovery.recover(config, giveUp::isComplete);
            SealFiles seals = openSeals(config, chain, giveUp);
            Vertx vertx = result(creation);
            Relay relay = new Relay(vertx, Bus.on(vertx), lock, sockets);
            Promise<Relay> started = Promise.promise(); // Of no event loop: they are gone after a failed start.
            relay.deploy(config, chain.accepting(seals.seals().accepted()), seals, token, clocks, onFatal)
                    .compose(_ -> unless(giveUp, relay.openReceipts())) // Clients of the other dialect do not wait.
                    .onComplete(
                            started::complete,
                            failure -> relay.stop().onComplete(stopped -> started.fail(reason(failure, stopped))));
            return started.future();
        } catch (RuntimeException | IOException e) {
            sockets.forEach(UnixSocketDoor::close);
            lock.close();
            return result(creation).close().transform(_ -> Future.failedFuture(e));
        }
    }

    /// To give a start up is no failure, but what is lost then is one.
    private static Throwable reason(Throwable failure, AsyncResult<Void> stopped) {
        return failure instanceof StartGivenUpException && stopped.failed() ? stopped.cause() : failure;
    }

    /// What comes first.
    private static <T> Future<T> unless(Future<Void> giveUp, Future<T> opened) {
        Promise<T> first = Promise.promise();
        opened.onComplete(first::tryComplete, first::tryFail);
        giveUp.onSuccess(_ -> first.tryFail(new StartGivenUpException()));
        return first.future();
    }

    private static SealFiles openSeals(RelayConfig config, RecoveredChain chain, Future<Void> giveUp)
            throws IOException {
        try {
            return SealFiles.open(config, chain.state(), expected -> chain.hasAccepted(expected, giveUp::isComplete));
        } catch (RuntimeException | IOException e) {
            chain.close();
            throw e;
        }
    }

    private static Vertx result(FutureTask<Vertx> creation) {
        try {
            return creation.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("Vert.x cannot be created", e);
        }
    }

    private Future<Relay> deploy(
            RelayConfig config,
            RecoveredChain chain,
            SealFiles seals,
            @Nullable BearerToken token,
            Clocks clocks,
            Consumer<Throwable> onFatal) {
        var status = new Latest<ChainStatus>(chain.status());
        chainStatus = status;
        var unheard = new Unheard();
        var sealed = new Latest<SealState>(seals.seals().state(config));
        History history = chain.history(vertx);
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        int loops = Runtime.getRuntime().availableProcessors();

        var writer = new ChainVerticle(vertx, bus, chain, config, clocks, status, unheard, onFatal);
        var sealer = new SealVerticle(
                vertx,
                bus,
                config,
                new SealedLog(status, history),
                seals,
                sealed,
                clocks.wall(),
                clocks.nanoTime(),
                meters,
                onFatal);
        var signing = new SigningProxy(
                vertx, config, seals.keys(), status, history, clocks.wall(), clocks.nanoTime(), meters);
        var signed = new Latest<>(config.receipts().enabled() ? ReceiptsStatus.CLOSED : ReceiptsStatus.OFF);
        receipts = config.receipts().enabled()
                ? ReceiptsDialect.of(
                        vertx, bus, config, clocks.wall(), clocks.nanoTime(), meters, signed, unheard, onFatal)
                : null;
        var receiptSeals = new Latest<>(SealState.NONE);
        sealedReceipts = receipts == null
                ? null
                : new SealedReceipts(vertx, bus, config, receipts, receiptSeals, clocks, meters, onFatal);
        var sources = new StreamVerticle.Sources(
                status, history, unheard, signed, receipts == null ? null : receipts.library());
        var stream = new StreamVerticle(
                bus, sources, config.stream(), config.heartbeat().interval(), meters);
        var ingress = new Ingress(
                bus,
                config,
                status,
                sealed,
                signed,
                receiptSeals,
                signing::desk,
                this::frames,
                meters,
                clocks.wall(),
                clocks.nanoTime(),
                loops);
        return deploy(writer, ChainVerticle.deployment())
                .compose(_ -> deploy(sealer, SealVerticle.deployment(SealedStore.AUDIT)))
                .compose(_ -> deployReceipts())
                .compose(_ -> deployLive(config, token, stream, ingress, status, signed, meters))
                .compose(_ -> deployOnEach(loops, ingress)) // Doors open last.
                .compose(_ -> vertx.executeBlocking(this::openSockets));
    }

    private Future<?> deployReceipts() {
        return receipts == null ? Future.succeededFuture() : deploy(receipts.writer(), ReceiptsVerticle.deployment());
    }

    private Future<Relay> openReceipts() {
        if (sealedReceipts == null) {
            return Future.succeededFuture(this);
        }
        return sealedReceipts
                .open()
                .compose(sealer -> vertx.deployVerticle(sealer, SealVerticle.deployment(SealedStore.RECEIPTS)))
                .onSuccess(
                        deployments::addLast) // Stops last: what the receipts' writer stores at its end is sealed too.
                .map(this);
    }

    private @Nullable FrameDoor frames(Vertx loops, Context context) {
        return receipts == null ? null : receipts.door(loops, context);
    }

    private Relay openSockets() {
        sockets.forEach(UnixSocketDoor::open);
        return this;
    }

    /// The stream, which also sees to the heartbeat, and the server that opens it, if there is to be one.
    private Future<?> deployLive(
            RelayConfig config,
            @Nullable BearerToken token,
            StreamVerticle stream,
            Ingress ingress,
            Latest<ChainStatus> status,
            Latest<ReceiptsStatus> signed,
            PrometheusMeterRegistry meters) {
        if (token == null) {
            return deploy(stream, new DeploymentOptions());
        }
        var emit = new EmitDoor(ingress);
        var server = new HttpVerticle(
                config,
                token,
                bus,
                status,
                signed,
                meters,
                Map.of(
                        "/v1/stream", new WebSocketDoor(StreamVerticle.FRAME_BYTES_MAX, stream::accept),
                        "/v1/emit", new WebSocketDoor(HttpVerticle.messageBytesMax(config), emit::accept)));
        var oneLoop = new OneLoop(stream, emit, server); // The server's WebSockets live where it does.
        return deploy(oneLoop, new DeploymentOptions())
                .onSuccess(_ -> http = address(config.http().host(), server.port()));
    }

    /// As one deployment, so that they stop side by side: each may take its time to drain.
    private Future<?> deployOnEach(int loops, Ingress ingress) {
        return vertx.deployVerticle(() -> ingress.verticle(sockets), new DeploymentOptions().setInstances(loops))
                .onSuccess(deployments::push);
    }

    private Future<String> deploy(Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options).onSuccess(deployments::push);
    }

    /// Where clients find it.
    public Doors doors() {
        return new Doors(sockets.stream().map(UnixSocketDoor::path).toList(), http);
    }

    /// The root chain that receipts go into now; empty as long as there is none.
    public String rootChain() {
        return receipts == null ? "" : receipts.status().rootId();
    }

    /// Why a part does not do what it is for now, by part; empty when all do. Of a relay that has started.
    public Map<String, String> down() {
        ReceiptsStatus signed = receipts == null ? ReceiptsStatus.OFF : receipts.status();
        Map<String, String> down =
                Parts.down(Objects.requireNonNull(chainStatus).get(), signed);
        bus.degraded().forEach(other -> down.putIfAbsent(other.part(), other.reason()));
        return down;
    }

    /// Where clients find a relay.
    ///
    /// @param http null when it has no HTTP server
    public record Doors(List<Path> sockets, @Nullable URI http) {}

    /// Stops in reverse order: the doors close first, the writer last, after it has written its last line.
    ///
    /// What fails to stop does not keep the others; then the first failure is what comes of it.
    public Future<Void> stop() {
        bus.tellControl(new Stopping());
        Future<?> undeployed = Future.succeededFuture().map(_ -> closeSockets());
        while (!deployments.isEmpty()) {
            String next = deployments.pop();
            undeployed = undeployed.transform(before -> keepFailure(before, vertx.undeploy(next)));
        }
        return undeployed.eventually(vertx::close).onComplete(_ -> release()).mapEmpty();
    }

    private void release() {
        if (receipts != null) {
            receipts.release();
        }
        lock.close();
    }

    private static Future<Void> keepFailure(AsyncResult<?> before, Future<Void> undeploying) {
        undeploying.onFailure(failure ->
                LOG.atError().addKeyValue("reason", failure.getMessage()).log("a part did not stop in order"));
        return before.succeeded() ? undeploying : undeploying.transform(_ -> Future.failedFuture(before.cause()));
    }

    private Relay closeSockets() {
        sockets.forEach(UnixSocketDoor::close);
        return this;
    }

    /// Whether a failed start is a matter of files, sockets or addresses, and its message is for the operator.
    public static boolean isOperatorsMatter(Throwable failure) {
        return failure instanceof StartRefusedException
                || failure instanceof SealsRefusedException
                || failure instanceof SocketRefusedException
                || failure instanceof ReceiptsRefusedException
                || failure instanceof KeySourceException
                || failure instanceof IOException; // Of a file, or of the address that the HTTP server is to have.
    }

    private static void prepareSockets(RelayConfig config, List<UnixSocketDoor> prepared) {
        RelayConfig.Ingress limits = config.ingress();
        Speech speech = config.audit().wellKnownPaths() ? Speech.LINES : Speech.BY_FIRST_BYTE;
        for (Path path : limits.sockets()) {
            prepared.add(UnixSocketDoor.prepare(path, speech, limits.socketMode(), limits.socketGroup()));
        }
        if (config.receipts().enabled()) {
            EmitterSocket.prepare(config.receipts().door()).ifPresent(prepared::add);
        }
    }

    private static URI address(String host, int port) {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + port);
    }
}

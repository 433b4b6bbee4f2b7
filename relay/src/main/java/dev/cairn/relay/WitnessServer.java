package dev.cairn.relay;

import dev.cairn.protocol.crypto.Ed25519KeyFile;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.chain.ChainVerticle;
import dev.cairn.relay.chain.Clocks;
import dev.cairn.relay.chain.RecoveredChain;
import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.chain.SingleInstance;
import dev.cairn.relay.chain.StartRefusedException;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.http.Connections;
import dev.cairn.relay.witness.WitnessConfig;
import dev.cairn.relay.witness.WitnessVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// A witness, wired by hand: a small relay of the same kind, whose chain holds anchors and whose one door is HTTP.
public final class WitnessServer {

    /// The witness's log in its data directory.
    public static final String LOG_NAME = "anchors.witness.jsonl";

    /// The file of its signing key, beside the log.
    public static final String KEY_NAME = "witness.key";

    /// Its index needs every record, and requests that wait for the disk are few.
    private static final Unheard UNHEARD = Unheard.unbounded();

    private final Vertx vertx;
    private final SingleInstance lock;
    private final Ed25519PublicKey publicKey;
    private final Deque<String> deployments = new ArrayDeque<>();
    private int port;

    private WitnessServer(Vertx vertx, SingleInstance lock, Ed25519PublicKey publicKey) {
        this.vertx = vertx;
        this.lock = lock;
        this.publicKey = publicKey;
    }

    /// Starts a witness; when the future completes, seals can be anchored.
    ///
    /// Blocks until the log is verified as far as it must be. What is wrong with files or addresses fails
    /// the start with a message for the operator ([Relay#isOperatorsMatter]).
    ///
    /// @param chain of which the data directory, the chain's and the heartbeat's sections count
    /// @param giveUp completed when the start is no longer wished
    /// @param onFatal ends the process: only a restart can tell what is durable
    public static Future<WitnessServer> start(
            RelayConfig chain, WitnessConfig config, Future<Void> giveUp, Consumer<Throwable> onFatal) {
        Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
        SingleInstance lock;
        try {
            lock = SingleInstance.acquire(chain.dataDir()); // Before anything else is touched.
        } catch (StartRefusedException e) {
            return Future.failedFuture(e);
        }
        try {
            refuseRelaysData(chain.dataDir());
            Ed25519KeyPair key = key(chain.dataDir());
            RecoveredChain recovered = Recovery.recover(chain, LOG_NAME, giveUp::isComplete);
            Vertx vertx = VertxSetup.create();
            var server = new WitnessServer(vertx, lock, key.publicKey());
            Promise<WitnessServer> started = Promise.promise(); // Of no event loop: they are gone after a failed start.
            server.deploy(chain, config, recovered, key, clocks, onFatal)
                    .onComplete(started::complete, failure -> server.stop().onComplete(_ -> started.fail(failure)));
            return started.future();
        } catch (RuntimeException | IOException e) {
            lock.close();
            return Future.failedFuture(e);
        }
    }

    private Future<WitnessServer> deploy(
            RelayConfig chain,
            WitnessConfig config,
            RecoveredChain recovered,
            Ed25519KeyPair key,
            Clocks clocks,
            Consumer<Throwable> onFatal) {
        Bus bus = Bus.on(vertx);
        var status = new Latest<ChainStatus>(recovered.status());
        var connections = new Connections(vertx);

        var writer = new ChainVerticle(vertx, bus, recovered, chain, clocks, status, UNHEARD, onFatal);
        var witness = new WitnessVerticle(
                config,
                key,
                bus,
                status,
                recovered.history(vertx),
                clocks.wall(),
                clocks.nanoTime(),
                connections::admit);

        return deploy(writer, ChainVerticle.deployment())
                .compose(_ -> deploy(witness, new DeploymentOptions())) // Its door opens last.
                .onSuccess(_ -> port = witness.port())
                .map(this);
    }

    private Future<String> deploy(Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options).onSuccess(deployments::push);
    }

    /// The port that it listens on.
    public int port() {
        return port;
    }

    /// What its receipts are checked with.
    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    /// Stops in reverse order: the door closes first, the writer last, after it has written its last line.
    public Future<Void> stop() {
        Future<?> undeployed = Future.succeededFuture();
        while (!deployments.isEmpty()) {
            String next = deployments.pop();
            undeployed = undeployed.transform(_ -> vertx.undeploy(next)); // One that fails does not keep the others.
        }
        return undeployed.eventually(vertx::close).onComplete(_ -> lock.close()).mapEmpty();
    }

    /// A witness must not be its own relay's: whoever can change one log could change the other.
    private static void refuseRelaysData(Path dataDir) throws IOException {
        if (Files.exists(dataDir.resolve(Recovery.LOG_NAME), LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(
                    dataDir.toString(), null, "a relay keeps its data there; name another directory for the witness");
        }
    }

    /// A key that is gone while there are anchors is news for the operator: a new one would make every
    /// relay that has pinned the old one refuse this witness.
    private static Ed25519KeyPair key(Path dataDir) throws IOException {
        Path file = dataDir.resolve(KEY_NAME);
        if (!Files.exists(dataDir.resolve(LOG_NAME), LinkOption.NOFOLLOW_LINKS)) {
            return Ed25519KeyFile.openOrCreate(file, new SecureRandom());
        }
        try {
            return Ed25519KeyFile.read(file);
        } catch (NoSuchFileException _) {
            throw new FileSystemException(
                    file.toString(), null, "it is gone, but there are anchors signed with it; put it back");
        }
    }
}

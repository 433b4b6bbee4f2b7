package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.AuditAnswer.ToSign;
import dev.cairn.protocol.audit.AuditAnswer.ToVerify;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Signing;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.ingress.Ingress;
import dev.cairn.relay.ingress.UnixSocketDoor;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The doors for emitters on one event loop, with memory for a few frames, in front of a writer that answers when it
/// is told to.
final class RunningFrames implements AutoCloseable {

    private static final long MEMORY = 600 * 1024;
    private static final long OUTSIDE = 4 * 480 * 1024;
    private static final Duration PATIENCE = Duration.ofMillis(50);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<FrameDrops> drops = new CopyOnWriteArrayList<>();

    private final Vertx vertx;
    private final UnixSocketDoor door;
    private final Path socket;
    private final String deployment;
    private final List<PreparedReceipt> asked = new ArrayList<>();
    private final List<Promise<AppendReply>> waiting = new ArrayList<>();
    private AppendReply answer = new Appended();
    private boolean holding;

    private RunningFrames(Path dir, ReceiptRules rules) {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        Bus bus = Bus.on(vertx);
        RelayConfig config = RunningReceipts.config(dir, "{\"drain_millis\":500}");
        ReceiptsSetup setup = new ReceiptsSetup(
                dir,
                config.receipts(),
                rules,
                Principals.ofHost(),
                new ReceiptsMetrics(meters),
                InstantSource.system(),
                System::nanoTime);
        FrameDoors doors = new FrameDoors(bus, setup, meters, MEMORY, OUTSIDE, PATIENCE);
        Future.all(bus.answer(Address.APPEND_RECEIPTS, this::append), bus.hear(Topic.FRAME_DROPS, drops::add))
                .await();
        Ingress ingress = new Ingress(
                bus,
                config,
                new Latest<>(new ChainStatus(Tip.EMPTY, 0, new ChainStatus.Serving())),
                new Latest<>(SealState.NONE),
                new Latest<>(ReceiptsStatus.OFF),
                new Latest<>(SealState.NONE),
                NoSigning::new,
                doors::on,
                meters,
                InstantSource.system(),
                System::nanoTime,
                1);
        socket = dir.resolve("events.sock");
        door = UnixSocketDoor.prepare(socket, Speech.FRAMES, 0660, Optional.empty());
        deployment = vertx.deployVerticle(ingress.verticle(List.of(door))).await();
        door.open();
    }

    static RunningFrames in(Path dir) {
        return in(dir, ReceiptRules.standard());
    }

    static RunningFrames in(Path dir, ReceiptRules rules) {
        return new RunningFrames(dir, rules);
    }

    Emitter connect() throws IOException {
        return new Emitter(socket);
    }

    /// The writer answers nothing until [#release].
    synchronized void hold() {
        holding = true;
    }

    /// The writer answers, now and from now on.
    void release(AppendReply reply) {
        synchronized (this) {
            holding = false;
            answer = reply;
        }
        releaseSome(reply);
    }

    /// The writer answers what it owes, but not what it is asked next.
    void releaseSome(AppendReply reply) {
        List<Promise<AppendReply>> owed;
        synchronized (this) {
            owed = List.copyOf(waiting);
            waiting.clear();
        }
        owed.forEach(promise -> promise.complete(reply));
    }

    private synchronized Future<AppendReply> append(AppendReceipts request) {
        request.units().forEach(asked::addAll);
        if (!holding) {
            return Future.succeededFuture(answer);
        }
        Promise<AppendReply> reply = Promise.promise();
        waiting.add(reply);
        return reply.future();
    }

    /// What the writer was asked to append, in order.
    synchronized List<PreparedReceipt> asked() {
        return List.copyOf(asked);
    }

    /// Those that tell of frames.
    List<String> tools() {
        return asked().stream()
                .filter(receipt -> receipt.drops() == 0)
                .map(receipt -> receipt.columns().toolName())
                .toList();
    }

    /// What emitters claim in them: `agent:count`, in order.
    List<String> claims() {
        return asked().stream()
                .filter(receipt -> receipt.drops() > 0)
                .map(receipt -> receipt.agentId() + ":" + receipt.drops())
                .toList();
    }

    /// What was told to be lost.
    DropReasons lost() {
        return Stream.concat(Stream.of(DropReasons.NONE), drops.stream().map(FrameDrops::reasons))
                .reduce(DropReasons.NONE, DropReasons::plus);
    }

    /// How many frames it has asked the writer to store, or told to be lost.
    long accountedFor() {
        return tools().size() + lost().total();
    }

    /// How many frames the figures say were lost.
    double measured(String reason) {
        return meters.get("cairn.receipts.drops")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /// Waits until something has come true, for twenty seconds at most.
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come true");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Closes the doors, as the relay does.
    void stop() throws Exception {
        vertx.undeploy(deployment).await(20, SECONDS);
    }

    @Override
    public void close() {
        door.close();
        vertx.close().await();
    }

    /// Nobody speaks lines here.
    private static final class NoSigning implements Signing {

        @Override
        public Future<ToSign> sign(Sign request, Peer peer) {
            throw new UnsupportedOperationException("nothing is signed here");
        }

        @Override
        public ToVerify verify(Verify request, Peer peer) {
            throw new UnsupportedOperationException("nothing is verified here");
        }
    }
}

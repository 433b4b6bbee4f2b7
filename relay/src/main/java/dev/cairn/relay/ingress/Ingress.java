package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.AuditAnswer;
import dev.cairn.protocol.audit.AuditAnswer.BothSealed;
import dev.cairn.protocol.audit.AuditAnswer.ChainState;
import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.AuditAnswer.Pong;
import dev.cairn.protocol.audit.AuditAnswer.SealStatus;
import dev.cairn.protocol.audit.AuditAnswer.ToSeal;
import dev.cairn.protocol.audit.KeystreamSalts;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated;
import dev.cairn.protocol.audit.ReceiptsAnswer.ReceiptsState;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.RotateReceiptsKey;
import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.BusMessage.SealReply;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.FairMemory;
import dev.cairn.relay.bus.FrameDoor;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.ReceiptsStatus.Off;
import dev.cairn.relay.bus.ReceiptsStatus.Opening;
import dev.cairn.relay.bus.ReceiptsStatus.Serving;
import dev.cairn.relay.bus.ReceiptsStatus.Waiting;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Signing;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.Loop;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All doors for emitters, and what their event loops share: the limits and each loop's part of them, the
/// connection caps, the counters, the way to the chain.
public final class Ingress {

    private static final AppendReply NOBODY_ANSWERS = new NotAppended("the chain does not answer");
    private static final byte[] NOBODY_SEALS =
            new NotSealed(NotSealed.Why.STOPPING, "Not sealed: the relay is stopping").toLine();

    private static final byte[] NOBODY_ROTATES = new KeyNotRotated(
                    KeyNotRotated.Obstacle.FAILED, "Not rotated: the relay takes no receipts, or is stopping")
            .toLine();

    /// Who sends half a line may take its time: several users who do leave room for others.
    private static final int UNFINISHED_TIMES_FREE = 1;

    private final Bus bus;
    private final RelayConfig config;
    private final Latest<ChainStatus> chain;
    private final Latest<SealState> seals;
    private final Latest<ReceiptsStatus> receipts;
    private final Latest<SealState> receiptSeals;
    private final Supplier<Signing> signing;
    private final BiFunction<Vertx, Context, @Nullable FrameDoor> frames;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private final long pid = ProcessHandle.current().pid();
    private final int loops;
    private final Admission admission;
    private final FairMemory unfinished;
    private final IngressMetrics metrics;

    /// @param signing gives each loop its own
    /// @param frames likewise, of the receipts dialect; gives `null` where it is not spoken
    /// @param nanoTime a clock that does not jump
    /// @param loops how many instances of [#verticle] there will be: each has its part of the limits, and
    ///     [#emitSocket] as much as one of them
    public Ingress(
            Bus bus,
            RelayConfig config,
            Latest<ChainStatus> chain,
            Latest<SealState> seals,
            Latest<ReceiptsStatus> receipts,
            Latest<SealState> receiptSeals,
            Supplier<Signing> signing,
            BiFunction<Vertx, Context, @Nullable FrameDoor> frames,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier nanoTime,
            int loops) {
        this.bus = bus;
        this.config = config;
        this.chain = chain;
        this.seals = seals;
        this.receipts = receipts;
        this.receiptSeals = receiptSeals;
        this.signing = signing;
        this.frames = frames;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.loops = loops;
        this.admission = new Admission(
                config.ingress().connectionsMax(), config.ingress().connectionsPerUidMax());
        this.unfinished = new FairMemory(config.ingress().unfinishedBytesMax(), UNFINISHED_TIMES_FREE);
        this.metrics = new IngressMetrics(meters, admission);
    }

    /// One event loop's doors; deploy it once per loop, all with the same `doors`, then open those.
    public IngressVerticle verticle(List<UnixSocketDoor> doors) {
        return new IngressVerticle(this, doors);
    }

    /// The WebSocket door; call it on the event loop, and in the context, of the HTTP server.
    public EmitSocket emitSocket(Vertx vertx, Context context) {
        return new EmitSocket(new IngressLoop(this, vertx, context));
    }

    RelayConfig.Ingress limits() {
        return config.ingress();
    }

    Admission admission() {
        return admission;
    }

    IngressMetrics metrics() {
        return metrics;
    }

    Bus bus() {
        return bus;
    }

    /// How long clients of the receipts dialect are read at stop.
    Duration framesDrain() {
        return config.receipts().limits().drain();
    }

    @Nullable
    FrameDoor newFrameDoor(Vertx vertx, Context context) {
        return frames.apply(vertx, context);
    }

    /// Where the chain stands now.
    ChainStatus chain() {
        return chain.get();
    }

    Intake newIntake() {
        return new Intake(clock, new KeystreamSalts(new SecureRandom()), signing.get());
    }

    /// The answer to a state question, as a line, from what is durable now.
    byte[] answer(StateQuestion question) {
        ChainStatus status = chain.get();
        SealState sealed = seals.get();
        return switch (question) {
            case PING -> new Pong(pid, uptimeMillis(), status.tip().hash()).toLine();
            case CHAIN_STATE ->
                new ChainState(
                                status.tip(),
                                sealed.sealedCount(),
                                status.lastHeartbeatMillis(),
                                uptimeMillis(),
                                config.autoSeal().intervalMinutes(),
                                status.health() instanceof Refusing refusing ? refusing.reason() : null,
                                status.gaps().count(),
                                status.gaps().newest())
                        .toLine();
            case SEAL_STATUS ->
                new SealStatus(
                                sealed.last(),
                                sealed.total(),
                                config.autoSeal().enabled(),
                                config.witness().enabled(),
                                sealed.quorumMet(),
                                sealed.quorumOverdue(),
                                sealed.contradictions())
                        .toLine();
            case RECEIPTS -> receipts().toLine();
        };
    }

    private ReceiptsState receipts() {
        ReceiptsStatus status = receipts.get();
        String reason = status.health() instanceof Waiting waiting ? waiting.reason() : null;
        String state = switch (status.health()) {
            case Off _ -> "off";
            case Opening _ -> "opening";
            case Serving _ -> "serving";
            case Waiting _ -> "waiting";
        };
        SealState sealed = receiptSeals.get();
        LastSeal last = sealed.last();
        return new ReceiptsState(
                state,
                reason,
                status.rootId(),
                status.rootTip(),
                status.tipHash(),
                status.receipts(),
                status.key(),
                last == null ? null : last.sealedAt(),
                sealed.sealedCount(),
                sealed.quorumMet(),
                sealed.quorumOverdue(),
                sealed.contradictions());
    }

    private long uptimeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos);
    }

    /// Record bytes that one loop may have waiting for the disk, and again answer bytes waiting to be taken.
    long pendingBytesMax() {
        return config.ingress().pendingBytesMax() / loops;
    }

    UnfinishedLines newUnfinishedLines(Loop loop) {
        return new UnfinishedLines(
                unfinished,
                config.ingress().unfinishedBytesMax(),
                config.ingress().lineBytesMax(),
                loop);
    }

    Future<byte[]> sealNow(Peer peer) {
        Future<ToSeal> chain = bus.ask(Address.SEAL_AUDIT, new SealNow(peer)).map(SealReply::answer);
        Future<ToSeal> receipts =
                bus.ask(Address.SEAL_RECEIPTS, new SealNow(peer)).map(SealReply::answer);
        return Future.join(chain, receipts)
                .transform(_ -> chain.map(answer -> both(answer, receipts).toLine()))
                .otherwise(NOBODY_SEALS);
    }

    Future<byte[]> rotateReceiptsKey(Peer peer) {
        return bus.ask(Address.ROTATE_RECEIPTS_KEY, new RotateReceiptsKey(peer))
                .map(reply -> reply.answer().toLine())
                .otherwise(NOBODY_ROTATES);
    }

    /// Who takes no receipts has nobody who seals them.
    private static AuditAnswer both(ToSeal chain, Future<ToSeal> receipts) {
        return receipts.succeeded() ? new BothSealed(chain, receipts.result()) : chain;
    }

    /// Has the records appended. A chain that cannot be asked has not appended them.
    Future<AppendReply> append(RecordBatch records) {
        return bus.ask(Address.APPEND_AUDIT, new Append(records)).otherwise(NOBODY_ANSWERS);
    }
}

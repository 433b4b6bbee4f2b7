package dev.cairn.relay.stream;

import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.History;
import dev.cairn.relay.live.Library;
import dev.cairn.relay.live.Loop;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Passes records, heartbeats and control messages on to live subscribers, and asks for a heartbeat on
/// schedule.
///
/// [#accept] is called on this verticle's own event loop: whoever serves HTTP is deployed on the same one.
public final class StreamVerticle extends VerticleBase {

    /// What a subscriber says is short, and there may be thousands.
    public static final int FRAME_BYTES_MAX = 4 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StreamVerticle.class);

    /// Of the memory outside the heap: what the ring may take at most. Those of receipts take half of that.
    private static final int RING_PARTS = 4;

    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(25);
    private static final Duration SWEEP_INTERVAL_MAX = Duration.ofSeconds(1);

    /// What may be different from relay to relay, or in a test.
    ///
    /// @param heartbeat between two heartbeats
    /// @param helloTimeout a socket without hello for this long is closed
    record Settings(RelayConfig.Stream limits, Duration heartbeat, Duration helloTimeout) {}

    /// What there is to follow.
    ///
    /// @param status where the audit chain stands
    /// @param history what it holds
    /// @param unheard what is on its way to this verticle, which says when it has it
    /// @param receipts the chains of receipts; `null` for a relay that signs none
    public record Sources(
            Latest<ChainStatus> status,
            History history,
            Unheard unheard,
            Latest<ReceiptsStatus> receiptsStatus,
            @Nullable Library receipts) {}

    private final Bus bus;
    private final Sources sources;
    private final Settings settings;
    private final MeterRegistry meters;
    private @Nullable Subscribers subscribers;
    private boolean beating;

    public StreamVerticle(
            Bus bus, Sources sources, RelayConfig.Stream limits, Duration heartbeat, MeterRegistry meters) {
        this(
                bus,
                sources,
                new Settings(within(PlatformDependent.maxDirectMemory(), limits), heartbeat, HELLO_TIMEOUT),
                meters);
    }

    StreamVerticle(Bus bus, Sources sources, Settings settings, MeterRegistry meters) {
        this.bus = bus;
        this.sources = sources;
        this.settings = settings;
        this.meters = meters;
    }

    /// What is configured, with a ring that leaves room for others.
    ///
    /// @param outside memory outside the heap, of which the ring takes a part
    static RelayConfig.Stream within(long outside, RelayConfig.Stream limits) {
        int ringMax = (int) Math.min(Integer.MAX_VALUE, outside / RING_PARTS);
        if (limits.ringBytesMax() <= ringMax) {
            return limits;
        }
        LOG.atWarn()
                .addKeyValue("bytes", ringMax)
                .log("stream.ring_bytes_max: less is used, as the memory outside the heap is small");
        return new RelayConfig.Stream(
                limits.ring(), ringMax, limits.subscribersMax(), limits.stallTimeout(), limits.receiptChainsMax());
    }

    @Override
    public Future<?> start() {
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        Subscribers all = new Subscribers(settings, sources, Loop.of(context), allocator);
        subscribers = all;
        measure(all);
        long sweep = Math.min(settings.limits().stallTimeout().toMillis() / 4, SWEEP_INTERVAL_MAX.toMillis());
        vertx.setPeriodic(sweep, _ -> all.sweep());
        vertx.setPeriodic(PING_INTERVAL.toMillis(), _ -> all.ping());
        vertx.setPeriodic(settings.heartbeat().toMillis(), _ -> beat());
        return bus.hear(Topic.RECORDS_APPENDED, all::append)
                .compose(_ -> bus.hear(Topic.HEARTBEAT_APPENDED, beat -> all.beat(beat.line())))
                .compose(_ -> bus.hear(Topic.RECEIPTS_APPENDED, all::append))
                .compose(_ -> bus.hearControl(all::control));
    }

    /// Serves one WebSocket.
    public void accept(ServerWebSocket socket) {
        if (subscribers == null) {
            throw new IllegalStateException("not deployed");
        }
        subscribers.accept(socket);
    }

    @Override
    public Future<?> stop() {
        return subscribers == null ? Future.succeededFuture() : subscribers.stop();
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

    /// The figures are plain fields of this event loop; a scrape runs on it too.
    private void measure(Subscribers all) {
        Gauge.builder("cairn.stream.subscribers", all, Subscribers::count)
                .description("WebSockets on /v1/stream")
                .register(meters);
        Gauge.builder("cairn.stream.unsent.bytes", all, Subscribers::unsentBytes)
                .description("Bytes that slow subscribers have yet to take")
                .register(meters);
        FunctionCounter.builder("cairn.stream.delivered", all, Subscribers::delivered)
                .description("Records written to subscribers")
                .register(meters);
        FunctionCounter.builder("cairn.stream.replay.pages", all, Subscribers::pagesRead)
                .description("Pages read from the log for subscribers behind the ring")
                .register(meters);
        FunctionCounter.builder("cairn.stream.sheds", all, Subscribers::sheds)
                .description("Subscribers closed because they took too little")
                .register(meters);
    }
}

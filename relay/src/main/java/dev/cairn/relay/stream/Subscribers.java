package dev.cairn.relay.stream;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.live.Frames;
import dev.cairn.relay.live.History;
import dev.cairn.relay.live.Loop;
import dev.cairn.relay.live.Pump;
import dev.cairn.relay.live.Ring;
import dev.cairn.relay.live.SocketOutlet;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Everybody on `/v1/stream`, and the chain's tail they share. Belongs to one event loop, which is why
/// nothing is locked.
final class Subscribers {

    static final int FRAME_BYTES_MAX = 4 * 1024;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final Settings settings;
    private final Latest<ChainStatus> status;
    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Ring ring;
    private final Pump pump;
    private final Set<Subscriber> open = new LinkedHashSet<>();
    private final Map<String, String> degraded = new LinkedHashMap<>();
    private final Promise<Void> allGone = Promise.promise();
    private boolean stopping;
    private long sheds;

    Subscribers(Settings settings, Latest<ChainStatus> status, History history, Loop loop, ByteBufAllocator allocator) {
        this.settings = settings;
        this.status = status;
        this.loop = loop;
        this.allocator = allocator;
        long newest = status.get().tip().count();
        var limits = settings.limits();
        this.ring = new Ring(ServerFrames.CHAIN, limits.ring(), limits.ringBytesMax(), newest);
        this.pump = new Pump(ServerFrames.CHAIN, ring, history, loop, allocator, limits.stallTimeout());
    }

    int count() {
        return open.size();
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    Pump pump() {
        return pump;
    }

    /// Subscribers that were closed because they took nothing.
    long sheds() {
        return sheds;
    }

    void shed() {
        sheds++;
    }

    long nanoTime() {
        return loop.nanoTime();
    }

    /// The newest durable record, heard of or not.
    long tip() {
        return Math.max(ring.newest(), status.get().tip().count());
    }

    /// What all control messages would have told a newcomer.
    String welcome() {
        Map<String, String> parts = new LinkedHashMap<>(degraded);
        if (status.get().health() instanceof Refusing refusing) {
            parts.putIfAbsent("chain", refusing.reason());
        }
        return ServerFrames.welcome(tip(), settings.heartbeat(), parts);
    }

    void accept(ServerWebSocket socket) {
        limitFrames(((WebSocketInternal) socket).channelHandlerContext().pipeline());
        SocketOutlet outlet = new SocketOutlet(socket, loop);
        Subscriber subscriber = new Subscriber(outlet, this, pump);
        boolean full = open.size() >= settings.limits().subscribersMax();
        socket.closeHandler(_ -> gone(subscriber));
        socket.exceptionHandler(cause -> fail(subscriber, cause));
        socket.frameHandler(subscriber::receive);
        if (stopping) {
            subscriber.close(Refusal.STOPPING);
        } else if (full) {
            subscriber.refuse(Refusal.TOO_MANY_SUBSCRIBERS, "this relay serves no more at once");
        } else {
            open.add(subscriber);
            loop.schedule(settings.helloTimeout().toNanos(), () -> expectHello(subscriber));
        }
    }

    void append(RecordsAppended appended) {
        if (pump.followers() == 0) {
            int count = appended.batches().stream().mapToInt(RecordBatch::count).sum();
            ring.skipTo(appended.firstSeq() + count - 1);
            return;
        }
        long seq = appended.firstSeq();
        for (RecordBatch batch : appended.batches()) {
            for (int i = 0; i < batch.count(); i++) {
                ring.add(seq++, batch.bytes(), batch.start(i), batch.end(i) - 1);
            }
        }
        pump.wake();
    }

    /// Passes a heartbeat line on, behind the records that precede it for everybody who keeps up.
    void beat(String line) {
        pump.flush();
        tell(ServerFrames.beat(line), Subscriber::isFollowing);
    }

    void control(Control control) {
        switch (control) {
            case Degraded(String part, String reason) -> {
                degraded.put(part, reason);
                tell(ServerFrames.degraded(part, reason), Subscriber::isWelcomed);
            }
            case Recovered(String part) -> {
                degraded.remove(part);
                tell(ServerFrames.recovered(part), Subscriber::isWelcomed);
            }
            case Stopping _ -> {
                stopping = true;
                tell(ServerFrames.stopping(), Subscriber::isWelcomed);
            }
            case Sealed sealed -> tell(ServerFrames.sealed(sealed), Subscriber::isWelcomed);
            case QuorumMet met -> tell(ServerFrames.quorumMet(met), Subscriber::isWelcomed);
            case QuorumLost lost -> tell(ServerFrames.quorumLost(lost), Subscriber::isWelcomed);
            case QuorumOverdue overdue -> tell(ServerFrames.quorumOverdue(overdue), Subscriber::isWelcomed);
        }
    }

    void ping() {
        notice(Frames.ping(), _ -> true);
    }

    /// Sends what there is, closes every socket, and waits a little for the peers to do so too.
    Future<Void> stop() {
        stopping = true;
        pump.flush();
        List.copyOf(open).forEach(subscriber -> subscriber.close(Refusal.STOPPING));
        loop.schedule(STOP_TIMEOUT.toNanos(), () -> List.copyOf(open).forEach(Subscriber::cutOff));
        if (open.isEmpty()) {
            allGone.tryComplete();
        }
        return allGone.future().andThen((_, _) -> pump.close());
    }

    static RefusedFrameException tooLarge() {
        return new RefusedFrameException(Refusal.TOO_LARGE, "frame: more than " + FRAME_BYTES_MAX + " bytes");
    }

    private void expectHello(Subscriber subscriber) {
        if (open.contains(subscriber) && !subscriber.isWelcomed()) {
            subscriber.refuse(
                    Refusal.HELLO_TIMEOUT,
                    "t: no hello within " + settings.helloTimeout().toSeconds() + " s");
        }
    }

    private void gone(Subscriber subscriber) {
        subscriber.leave();
        open.remove(subscriber);
        if (stopping && open.isEmpty()) {
            allGone.tryComplete();
        }
    }

    private static void fail(Subscriber subscriber, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            boolean large = corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
            RefusedFrameException refused =
                    large ? tooLarge() : new RefusedFrameException(Refusal.MALFORMED, "frame: not a WebSocket frame");
            subscriber.refuse(refused.refusal(), refused.detail());
        }
        subscriber.cutOff();
    }

    private void tell(String text, Predicate<Subscriber> whom) {
        notice(Frames.text(allocator, text), whom);
    }

    private void notice(ByteBuf frame, Predicate<Subscriber> whom) {
        for (Subscriber subscriber : List.copyOf(open)) {
            if (whom.test(subscriber)) {
                subscriber.notice(frame);
            }
        }
        frame.release();
    }

    /// The server's own limit is that of an emitter's line; what a subscriber says is short, and there may be
    /// thousands.
    private static void limitFrames(ChannelPipeline pipeline) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(FRAME_BYTES_MAX)
                .closeOnProtocolViolation(false)
                .build();
        pipeline.replace(WebSocket13FrameDecoder.class, "wsdecoder", new WebSocket13FrameDecoder(config));
    }
}

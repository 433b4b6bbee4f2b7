package dev.cairn.relay.stream;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.Unheard;
import dev.cairn.relay.live.Frames;
import dev.cairn.relay.live.Library;
import dev.cairn.relay.live.Loop;
import dev.cairn.relay.live.Pump;
import dev.cairn.relay.live.Ring;
import dev.cairn.relay.live.SocketOutlet;
import dev.cairn.relay.live.Unsent;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Everybody on `/v1/stream`, and the chain's tail they share. Belongs to one event loop, which is why
/// nothing is locked.
final class Subscribers {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final Settings settings;
    private final Latest<ChainStatus> status;
    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Unsent unsent = new Unsent();
    private final Unheard unheard;
    private final Feed audit;
    private final @Nullable ReceiptFeeds receipts;
    private final Latest<ReceiptsStatus> receiptsStatus;
    private final Set<Subscriber> open = new LinkedHashSet<>();
    private final Map<String, String> degraded = new LinkedHashMap<>();
    private final Promise<Void> allGone = Promise.promise();
    private boolean stopping;
    private long sheds;

    Subscribers(Settings settings, StreamVerticle.Sources sources, Loop loop, ByteBufAllocator allocator) {
        this.settings = settings;
        this.status = sources.status();
        this.unheard = sources.unheard();
        this.receiptsStatus = sources.receiptsStatus();
        this.loop = loop;
        this.allocator = allocator;
        long newest = status.get().tip().count();
        var limits = settings.limits();
        Ring ring = new Ring(ServerFrames.CHAIN, limits.ring(), limits.ringBytesMax(), newest);
        this.audit = new Feed(
                ServerFrames.CHAIN,
                ring,
                new Pump(ServerFrames.CHAIN, ring, sources.history(), loop, allocator, unsent, limits.stallTimeout()));
        Library library = sources.receipts();
        this.receipts = library == null ? null : new ReceiptFeeds(limits, library, loop, allocator, unsent);
    }

    int count() {
        return open.size();
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /// Everybody's progress; to be called every second or more often.
    void sweep() {
        audit.pump.sweep();
        if (receipts != null) {
            receipts.sweep();
        }
    }

    /// Bytes that subscribers have yet to take.
    long unsentBytes() {
        return unsent.bytes();
    }

    /// Records written to subscribers, each counted once per subscriber.
    long delivered() {
        return audit.pump.delivered() + (receipts == null ? 0 : receipts.delivered());
    }

    /// Pages read from the stores.
    long pagesRead() {
        return audit.pump.pagesRead() + (receipts == null ? 0 : receipts.pagesRead());
    }

    /// Subscribers that were closed because they took nothing, or too little while memory was short.
    long sheds() {
        return sheds;
    }

    void shed() {
        sheds++;
    }

    long nanoTime() {
        return loop.nanoTime();
    }

    /// Gives a chain's feed and its newest sequence, heard of or not, or why there is none.
    ///
    /// @throws RefusedFrameException for what cannot be a chain of this relay
    void find(String chain, Consumer<Found> then) throws RefusedFrameException {
        if (chain.equals(ServerFrames.CHAIN)) {
            then.accept(new Found.Chain(audit, tip()));
        } else if (receipts != null && chain.startsWith(ReceiptFeeds.PREFIX)) {
            receipts.find(chain, then);
        } else {
            throw new RefusedFrameException(Refusal.UNKNOWN_CHAIN, "chain: this relay has " + ServerFrames.CHAIN);
        }
    }

    private long tip() {
        return Math.max(audit.ring.newest(), status.get().tip().count());
    }

    /// What all control messages would have told a newcomer.
    String welcome() {
        Map<String, String> parts = new LinkedHashMap<>(degraded);
        if (status.get().health() instanceof Refusing refusing) {
            parts.putIfAbsent("chain", refusing.reason());
        }
        Map<String, Long> tips = new LinkedHashMap<>();
        tips.put(ServerFrames.CHAIN, tip());
        ReceiptsStatus signed = receiptsStatus.get();
        if (signed.isOpen()) {
            tips.put(ReceiptFeeds.PREFIX + signed.rootId(), signed.rootTip());
        }
        return ServerFrames.welcome(tips, settings.heartbeat(), parts);
    }

    void accept(ServerWebSocket socket) {
        SocketOutlet outlet = new SocketOutlet(socket, loop);
        Subscriber subscriber = new Subscriber(outlet, this);
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
        unheard.heard(appended.bytes());
        if (audit.isFollowed()) {
            long seq = appended.firstSeq();
            for (RecordBatch batch : appended.batches()) {
                for (int i = 0; i < batch.count(); i++) {
                    audit.ring.add(seq++, batch.bytes(), batch.start(i), batch.end(i) - 1);
                }
            }
        }
        audit.hasGrownTo(appended.firstSeq() + appended.count() - 1);
    }

    void append(ReceiptsAppended appended) {
        unheard.heard(appended.bytes());
        if (receipts != null) {
            receipts.append(appended);
        }
    }

    /// Passes a heartbeat line on, behind the records that precede it for everybody who keeps up.
    void beat(String line) {
        audit.pump.flush();
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
            case WitnessContradiction said -> tell(ServerFrames.witnessContradiction(said), Subscriber::isWelcomed);
            case QuorumOverdue overdue -> tell(ServerFrames.quorumOverdue(overdue), Subscriber::isWelcomed);
        }
    }

    void ping() {
        notice(Frames.ping(), _ -> true);
    }

    /// Sends what there is, closes every socket, and waits a little for the peers to do so too.
    Future<Void> stop() {
        stopping = true;
        audit.pump.flush();
        if (receipts != null) {
            receipts.flush();
        }
        List.copyOf(open).forEach(subscriber -> subscriber.close(Refusal.STOPPING));
        loop.schedule(STOP_TIMEOUT.toNanos(), () -> List.copyOf(open).forEach(Subscriber::cutOff));
        if (open.isEmpty()) {
            allGone.tryComplete();
        }
        return allGone.future().andThen((_, _) -> close());
    }

    private void close() {
        audit.pump.close();
        if (receipts != null) {
            receipts.close();
        }
    }

    static RefusedFrameException tooLarge() {
        return new RefusedFrameException(
                Refusal.TOO_LARGE, "frame: more than " + StreamVerticle.FRAME_BYTES_MAX + " bytes");
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
}

package dev.cairn.relay.stream;

import dev.cairn.relay.live.Cursor;
import dev.cairn.relay.live.Frames;
import dev.cairn.relay.live.SocketOutlet;
import dev.cairn.relay.stream.ClientFrame.Hello;
import dev.cairn.relay.stream.ClientFrame.Sub;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One WebSocket on `/v1/stream`, from its first frame to its last. Belongs to the event loop of
/// [Subscribers].
final class Subscriber implements Cursor.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private static final int FRAMES_PER_SECOND_MAX = 20;

    /// Notices are hints: one that has this much to take already does not get them, so that they cannot pile
    /// up.
    private static final int UNSENT_BYTES_FOR_NOTICES = 256 * 1024;

    private final SocketOutlet outlet;
    private final Subscribers all;
    private @Nullable Feed feed;
    private @Nullable Cursor cursor;
    private int wishes;
    /// The beginning of a message that comes in several frames.
    private Buffer partial = Buffer.buffer();

    private boolean welcomed;
    private boolean closing;
    private long frameSecond;
    private int framesInSecond;

    Subscriber(SocketOutlet outlet, Subscribers all) {
        this.outlet = outlet;
        this.all = all;
    }

    boolean isWelcomed() {
        return welcomed && !closing;
    }

    boolean isFollowing() {
        return cursor != null && !closing;
    }

    void receive(WebSocketFrame frame) {
        boolean isMessage = frame.isText() || frame.isBinary() || frame.isContinuation();
        if (closing || !isMessage) {
            return; // A pong comes here too, and it answers the relay's own ping.
        }
        try {
            if (frame.isBinary()) {
                throw new RefusedFrameException(Refusal.BINARY, "frame: expected text");
            }
            Buffer soFar = partial.appendBuffer(frame.binaryData());
            if (soFar.length() > StreamVerticle.FRAME_BYTES_MAX) {
                throw Subscribers.tooLarge();
            }
            if (frame.isFinal()) {
                partial = Buffer.buffer();
                checkRate();
                obey(ClientFrame.read(soFar.getBytes()));
            }
        } catch (RefusedFrameException e) {
            refuse(e.refusal(), e.detail());
        }
    }

    /// Says why and closes; what is on its way to it still goes first if it reads.
    void refuse(Refusal refusal, String detail) {
        if (closing) {
            return;
        }
        LOG.atInfo().addKeyValue("code", refusal.code()).log("subscriber refused");
        send(ServerFrames.err(refusal, detail));
        close(refusal);
    }

    void close(Refusal refusal) {
        leave();
        outlet.close(refusal.closeCode(), refusal.code());
    }

    /// The socket is gone, or about to go.
    void leave() {
        closing = true;
        stopFollowing();
    }

    void cutOff() {
        leave();
        outlet.cutOff();
    }

    /// Sends frames made for many; they stay the caller's.
    void notice(ByteBuf frames) {
        if (!closing && outlet.unsent() < UNSENT_BYTES_FOR_NOTICES) {
            outlet.write(frames.retainedDuplicate());
        }
    }

    @Override
    public void live(long seq) {
        send(ServerFrames.live(chain(), seq));
    }

    @Override
    public void lagging(long behind) {
        send(ServerFrames.lagging(chain(), behind));
    }

    @Override
    public void stalled(long seq, Duration patience) {
        if (closing) {
            return;
        }
        all.shed();
        LOG.atWarn()
                .addKeyValue("chain", chain())
                .addKeyValue("seq", seq)
                .log("shed a subscriber: it took too little for too long");
        leave();
        send(ServerFrames.err(Refusal.TOO_SLOW, "took too little for too long; go on with since " + seq));
        outlet.close(Refusal.TOO_SLOW.closeCode(), Refusal.TOO_SLOW.code(), patience);
    }

    @Override
    public void unreadable(Throwable cause) {
        LOG.atError().addKeyValue("chain", chain()).setCause(cause).log("replay failed");
        refuse(Refusal.INTERNAL, "the log cannot be read");
    }

    private void obey(ClientFrame frame) throws RefusedFrameException {
        switch (frame) {
            case Hello _
            when welcomed -> throw new RefusedFrameException(Refusal.MALFORMED, "t: hello was said before");
            case Hello _ -> {
                welcomed = true;
                send(all.welcome());
            }
            case Sub _ when !welcomed -> throw new RefusedFrameException(Refusal.MALFORMED, "t: expected hello first");
            case Sub sub -> {
                int wish = ++wishes;
                all.find(sub.chain(), found -> {
                    if (wish == wishes && !closing) { // Else it has wished for something else meanwhile.
                        follow(sub, found);
                    }
                });
            }
        }
    }

    private void follow(Sub sub, Found found) {
        switch (found) {
            case Found.Chain(Feed itsFeed, long tip) -> follow(sub, itsFeed, tip);
            case Found.Nothing(String code) -> {
                stopFollowing();
                send(ServerFrames.closed(sub.chain(), code, 0));
            }
        }
    }

    private void follow(Sub sub, Feed found, long tip) {
        long since = sub.since().orElse(tip);
        if (since > tip) {
            // It has seen records that this log does not have: another log, or one that was put back.
            stopFollowing();
            send(ServerFrames.closed(found.chain, "future-cursor", tip));
            return;
        }
        if (feed != found) {
            stopFollowing();
        }
        feed = found;
        Cursor following = cursor == null ? found.pump.follow(outlet, this) : cursor;
        cursor = following;
        send(ServerFrames.subok(found.chain, since, tip));
        found.pump.start(following, since, tip);
    }

    /// The chain that it follows, or followed last.
    private String chain() {
        return feed == null ? ServerFrames.CHAIN : feed.chain;
    }

    private void stopFollowing() {
        if (cursor != null && feed != null) {
            feed.pump.leave(cursor);
            cursor = null;
        }
    }

    private void checkRate() throws RefusedFrameException {
        long second = TimeUnit.NANOSECONDS.toSeconds(all.nanoTime());
        framesInSecond = second == frameSecond ? framesInSecond + 1 : 1;
        frameSecond = second;
        if (framesInSecond > FRAMES_PER_SECOND_MAX) {
            throw new RefusedFrameException(
                    Refusal.RATE_LIMITED, "t: more than " + FRAMES_PER_SECOND_MAX + " in a second");
        }
    }

    private void send(String text) {
        outlet.write(Frames.text(all.allocator(), text));
    }
}

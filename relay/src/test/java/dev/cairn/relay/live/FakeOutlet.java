package dev.cairn.relay.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A subscriber's socket that takes what it likes when it likes, and remembers everything.
final class FakeOutlet implements Outlet, Cursor.Listener {

    private static final String PREFIX = "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":";

    private final FakeLoop loop;
    private final List<Long> seqs = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Deque<ByteBuf> kept = new ArrayDeque<>();
    private long since;
    private long tip;
    private Duration cost = Duration.ZERO;
    private boolean writable = true;
    private boolean stalled;
    private long written;
    private long unsent;
    private Runnable listener = () -> {};
    private @Nullable Cursor cursor;

    FakeOutlet(FakeLoop loop, long since) {
        this.loop = loop;
        this.since = since;
    }

    void follow(Pump pump, long newest) {
        cursor = pump.follow(this, this);
        start(pump, since, newest);
    }

    /// Subscribes anew and forgets what came before.
    void start(Pump pump, long newSince, long newest) {
        since = newSince;
        tip = newest;
        seqs.clear();
        told.clear();
        pump.start(cursor(), newSince, newest);
    }

    Cursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("follows nobody");
        }
        return cursor;
    }

    List<Long> seqs() {
        return seqs;
    }

    List<String> told() {
        return told;
    }

    boolean wasShed() {
        return told.stream().anyMatch(what -> what.startsWith("stalled"));
    }

    void assertComplete(long newest) {
        assertThat(seqs)
                .isEqualTo(LongStream.rangeClosed(since + 1, newest).boxed().toList());
        assertThat(told.stream().filter(what -> what.startsWith("live"))).hasSize(1);
    }

    /// The socket keeps what it gets from now on.
    void stall() {
        stalled = true;
    }

    void drainBy() {
        stalled = false;
        kept.forEach(ByteBuf::release);
        kept.clear();
        unsent = 0;
    }

    /// Takes so many bytes of what it kept.
    void take(int bytes) {
        unsent -= bytes;
    }

    void costing(Duration each) {
        cost = each;
    }

    void setWritable(boolean newWritable) {
        boolean again = newWritable && !writable;
        writable = newWritable;
        stalled = !newWritable;
        if (again) {
            drainBy();
            listener.run();
        }
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void write(ByteBuf frames) {
        written += frames.readableBytes();
        loop.advance(cost);
        FrameReader.texts(frames.duplicate()).forEach(this::receive);
        if (stalled) {
            unsent += frames.readableBytes();
            kept.add(frames);
        } else {
            frames.release();
        }
    }

    private void receive(String frame) {
        long seq = Long.parseLong(frame.substring(PREFIX.length(), frame.indexOf(',', PREFIX.length())));
        assertThat(frame)
                .startsWith(PREFIX + seq + ",\"record\":{\"n\":" + seq + ",")
                .endsWith("}}");
        seqs.add(seq);
    }

    @Override
    public long unsent() {
        return unsent;
    }

    @Override
    public long taken() {
        return written - unsent;
    }

    @Override
    public void onWritable(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void live(long seq) {
        assertThat(seq).isEqualTo(seqs.isEmpty() ? since : seqs.getLast()).isGreaterThanOrEqualTo(tip);
        told.add("live " + seq);
    }

    @Override
    public void lagging(long behind) {
        told.add("lagging " + behind);
    }

    @Override
    public void stalled(long seq, Duration patience) {
        told.add("stalled " + seq);
    }

    @Override
    public void unreadable(Throwable cause) {
        told.add("unreadable " + cause.getMessage());
    }
}

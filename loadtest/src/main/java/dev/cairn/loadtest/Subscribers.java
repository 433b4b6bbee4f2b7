package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// All live subscribers of one run, read by one thread; and the slow ones, which nobody reads.
final class Subscribers implements AutoCloseable {

    private static final int READ_BYTES = 256 * 1024;
    private static final int SCRATCH_BYTES =
            2 * 1024 * 1024; // A rest of the longest frame, and what is read behind it.
    private static final int SLOW_RECEIVE_BYTES = 4096;
    private static final int SATURATED_SAMPLE = 16;
    private static final int SELECT_MILLIS = 20;

    private final Selector selector = Selector.open();
    private final List<SubscriberConnection> readers = new ArrayList<>();
    private final List<SocketChannel> slow = new ArrayList<>();
    private final LatencyMeter meter = new LatencyMeter();
    private final LatencyBatch latencies = new LatencyBatch(meter);
    private final AtomicLong delivered = new AtomicLong();
    private final long since;
    private volatile long slowest;
    private volatile long deliveredEach;
    private volatile boolean allLive;
    private volatile boolean running = true;
    private volatile String fault = "";
    private @Nullable Thread thread;

    /// Connects and subscribes all of them to the records after `since`.
    ///
    /// @param door may be `null` if there is nobody to subscribe
    /// @param run the number of the run, whose events' latencies are taken
    Subscribers(@Nullable WebSocketDoor door, LoadPlan plan, long since, int run, LoadClock clock) throws IOException {
        this.since = since;
        slowest = since;
        LiveClock arrivals =
                new LiveClock(run, clock, latencies, plan.emitters().pacedBySubscribers() ? SATURATED_SAMPLE : 1);
        if (door != null) {
            connect(door, plan, since, arrivals);
        }
    }

    private void connect(WebSocketDoor door, LoadPlan plan, long since, LiveClock arrivals) throws IOException {
        try {
            for (int i = 0; i < plan.subscribers(); i++) {
                SocketChannel channel = door.subscribe(since, 0);
                SubscriberConnection reader = new SubscriberConnection(channel, since, arrivals);
                readers.add(reader);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, reader);
            }
            for (int i = 0; i < plan.slowSubscribers(); i++) {
                slow.add(door.subscribe(since, SLOW_RECEIVE_BYTES));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Starts to read; returns when the relay has told all of them that they are live.
    ///
    /// @return false if that took longer than `patience`
    boolean start(Duration patience) throws InterruptedException {
        if (readers.isEmpty()) {
            return true;
        }
        thread = Thread.ofPlatform().name("subscribers").start(this::read);
        return await(() -> allLive, patience);
    }

    /// What is sent within these times counts.
    void measure(Measured times) {
        latencies.measure(times);
    }

    /// Waits until everyone who is still connected has received record `sequence`.
    boolean awaitAll(long sequence, Duration patience) throws InterruptedException {
        return await(() -> slowest >= sequence, patience);
    }

    private boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean() && fault.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        return condition.getAsBoolean();
    }

    /// Records that all readers together have received.
    long delivered() {
        return delivered.getAcquire();
    }

    /// Records that one reader has received, on average over those still connected; without readers, without
    /// bound.
    long deliveredEach() {
        return readers.isEmpty() ? Long.MAX_VALUE / 2 : deliveredEach;
    }

    /// From the send of an event to its arrival.
    LatencyMeter latency() {
        return meter;
    }

    /// What ended the reading thread before its time, or an empty text.
    String fault() {
        return fault;
    }

    /// Ends the reading; the results may be looked at from then on.
    void stop() throws InterruptedException {
        running = false;
        selector.wakeup();
        if (thread != null) {
            thread.join();
        }
    }

    /// The readers; once stopped.
    List<SubscriberConnection> readers() {
        return List.copyOf(readers);
    }

    /// Slow ones whom the relay has closed: their streams have an end.
    int slowClosed() throws IOException {
        int closed = 0;
        ByteBuffer scratch = ByteBuffer.allocate(READ_BYTES);
        for (SocketChannel channel : slow) {
            channel.configureBlocking(false);
            closed += isAtEnd(channel, scratch) ? 1 : 0;
        }
        return closed;
    }

    private static boolean isAtEnd(SocketChannel channel, ByteBuffer scratch) {
        try {
            int size = channel.read(scratch.clear());
            while (size > 0) {
                size = channel.read(scratch.clear());
            }
            return size < 0;
        } catch (IOException _) {
            return true; // Reset: the relay gave up on it.
        }
    }

    @Override
    public void close() throws IOException {
        for (SubscriberConnection reader : readers) {
            reader.channel().close();
        }
        for (SocketChannel channel : slow) {
            channel.close();
        }
        selector.close();
    }

    private void read() {
        ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
        try {
            while (running) {
                selector.select(SELECT_MILLIS);
                for (SelectionKey key : selector.selectedKeys()) {
                    read((SubscriberConnection) key.attachment(), key, scratch);
                }
                selector.selectedKeys().clear();
                latencies.flush();
                publish();
            }
        } catch (IOException | RuntimeException e) {
            fault = "a subscriber failed: " + e;
        }
    }

    private void read(SubscriberConnection reader, SelectionKey key, ByteBuffer scratch) throws IOException {
        if (!reader.read(scratch)) {
            key.cancel();
        }
    }

    private void publish() {
        long sum = 0;
        long sumOfOpen = 0;
        long least = Long.MAX_VALUE;
        int open = 0;
        boolean live = true;
        for (SubscriberConnection reader : readers) {
            sum += reader.delivered();
            if (!reader.isClosed()) {
                open++;
                sumOfOpen += reader.last() - since;
                least = Math.min(least, reader.last());
                live &= reader.isLive();
            }
        }
        delivered.setRelease(sum);
        deliveredEach = open == 0 ? Long.MAX_VALUE / 2 : sumOfOpen / open;
        slowest = least;
        allLive = live;
    }
}

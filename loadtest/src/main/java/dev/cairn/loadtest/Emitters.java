package dev.cairn.loadtest;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All emitters of one run: connects them, sends as [EmitterLoad] says, and counts what comes back.
///
/// One thread does everything in a closed loop; an open loop has a second one, that does nothing but send on time.
final class Emitters implements AutoCloseable {

    private static final int SCRATCH_BYTES = 256 * 1024;
    private static final int SELECT_MILLIS = 20;

    private final EmitterLoad load;
    private final LoadClock clock;
    private final Selector selector;
    private final List<AnswerReader> readers = new ArrayList<>();
    private final LatencyMeter meter = new LatencyMeter();
    private final LatencyBatch latencies = new LatencyBatch(meter);
    private final LongSupplier deliveredToSubscribers;
    private final @Nullable Schedule schedule;
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private volatile boolean sending = true;
    private volatile boolean receiving = true;
    private volatile boolean allSent;
    private @Nullable Thread receiver;
    private volatile String fault = "";

    /// Connects to `socket`; nothing is sent before [#start].
    ///
    /// @param evidence where it is noted what was answered, `null` if nobody asks
    /// @param deliveredToSubscribers how many events of this run have reached the subscribers; asked when they
    /// set the pace
    Emitters(Path socket, EmitterLoad load, Run run, LongSupplier deliveredToSubscribers, @Nullable Evidence evidence)
            throws IOException {
        this.load = load;
        this.clock = run.clock();
        this.deliveredToSubscribers = deliveredToSubscribers;
        this.selector = Selector.open();
        this.latencies.measure(run.measured());
        this.schedule = load.isOpenLoop()
                ? new Schedule(run.measured().startMicros(), load.perSecond(), load.connections())
                : null;
        String verify = load.mix().has(RequestMix.Kind.VERIFY) ? SignedSample.verifyRequest(socket) : "";
        for (int number = 0; number < load.connections(); number++) {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            SendTimes times = schedule != null
                    ? new SendTimes.Due(schedule, number)
                    : new SendTimes.Noted(clock, load.windowPerConnection());
            RequestBlock block = new RequestBlock(load.mix(), load.payloadBytes(), run.number(), number, verify);
            AnswerReader reader =
                    new AnswerReader(new EmitterConnection(number, channel, block, times), latencies, evidence);
            readers.add(reader);
            channel.register(selector, SelectionKey.OP_READ, reader);
        }
    }

    void start() {
        receiver = Thread.ofPlatform().name("emitters").start(() -> guarded(this::receive));
        if (schedule != null) {
            Schedule onTime = schedule;
            Thread.ofPlatform().name("emitters-send").start(() -> guarded(() -> sendOnTime(onTime)));
        }
    }

    /// From send, or from when a request was due, to its acknowledgement.
    LatencyMeter latency() {
        return meter;
    }

    /// Events acknowledged so far.
    long events() {
        return events.getAcquire();
    }

    /// Answers of all kinds so far.
    long answers() {
        return answers.getAcquire();
    }

    /// What ended the emitters before their time, or an empty text.
    String fault() {
        return fault;
    }

    /// Sends no more, and waits until everything is answered, but not longer than `patience`.
    ///
    /// @return requests that were never answered
    long stop(Duration patience) throws InterruptedException {
        sending = false;
        selector.wakeup();
        if (receiver != null && !receiver.join(patience)) {
            receiving = false;
            selector.wakeup();
            receiver.join();
        }
        return unanswered();
    }

    /// Answers that were not good; meaningful once stopped.
    long refused() {
        return readers.stream().mapToLong(AnswerReader::refused).sum();
    }

    /// One of them, or an empty text.
    String refusal() {
        return readers.stream()
                .map(AnswerReader::refusal)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() throws IOException {
        for (AnswerReader reader : readers) {
            reader.connection().channel().close();
        }
        selector.close();
    }

    private long unanswered() {
        return readers.stream().mapToLong(reader -> reader.connection().sent()).sum() - answers();
    }

    private interface Loop {
        void run() throws IOException;
    }

    private void guarded(Loop loop) {
        try {
            loop.run();
        } catch (IOException | RuntimeException e) {
            receiving = false;
            fault = "an emitter's connection failed: " + e;
        }
    }

    private void receive() throws IOException {
        ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
        boolean closedLoop = schedule == null;
        topUp(closedLoop);
        while (receiving && (sending || !(closedLoop || allSent) || unanswered() > 0)) {
            selector.select(load.pacedBySubscribers() ? 1 : SELECT_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                AnswerReader reader = (AnswerReader) key.attachment();
                if (key.isReadable() && !reader.read(scratch, clock)) {
                    throw new IOException("the relay closed it");
                }
            }
            selector.selectedKeys().clear();
            latencies.flush();
            answers.setRelease(
                    readers.stream().mapToLong(AnswerReader::answered).sum());
            events.setRelease(readers.stream().mapToLong(AnswerReader::events).sum());
            topUp(closedLoop);
        }
    }

    /// Closed loop: every answer lets the next request go.
    private void topUp(boolean closedLoop) throws IOException {
        if (!closedLoop) {
            return;
        }
        long pace = load.pacedBySubscribers() ? deliveredToSubscribers.getAsLong() + load.window() : Long.MAX_VALUE;
        for (AnswerReader reader : readers) {
            EmitterConnection connection = reader.connection();
            long wanted = Math.min(
                    Math.min(reader.answered() + load.windowPerConnection(), pace / load.connections()),
                    load.shareOfMax(connection.number()));
            boolean done = connection.sendUpTo(sending ? wanted : connection.sent());
            int interest = done ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            SelectionKey key = connection.channel().keyFor(selector);
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        }
    }

    private void sendOnTime(Schedule onTime) throws IOException {
        boolean behind = false;
        long total = 0;
        while (sending || behind) {
            long due = sending ? onTime.dueAt(clock.micros()) : total;
            long first = behind ? due - load.connections() : Math.max(total, due - load.connections());
            total = due;
            behind = false;
            for (long request = Math.max(0, first); request < due; request++) {
                int number = (int) (request % load.connections());
                behind |= !readers.get(number).connection().sendUpTo(onTime.shareOf(number, due));
            }
            behind &= receiving;
            OpenLoopPause.until(onTime.microsUntilNext(total, clock.micros()));
        }
        allSent = true;
    }
}

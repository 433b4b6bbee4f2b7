package dev.cairn.loadtest;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All emitters of one run of the one-way dialect, on one thread: nobody answers, so a closed loop is
/// closed by how many receipts are stored, which [#stored] tells; an open loop sends on time whatever
/// becomes of it.
final class FrameEmitters implements AutoCloseable {

    private static final long PAUSE_MICROS = 250;

    private final EmitterLoad load;
    private final LoadClock clock;
    private final List<FrameConnection> connections = new ArrayList<>();
    private final LatencyMeter meter = new LatencyMeter();
    private final LatencyBatch accepted = new LatencyBatch(meter);
    private final @Nullable Schedule schedule;
    private final Thread thread = Thread.ofPlatform().name("frames").unstarted(this::send);
    private volatile long stored;
    private volatile boolean sending = true;
    private volatile boolean finishing = true;
    private volatile String fault = "";

    /// Connects to `socket`; nothing is sent before [#start].
    FrameEmitters(Path socket, EmitterLoad load, Run run) throws IOException {
        this.load = load;
        this.clock = run.clock();
        accepted.measure(run.measured());
        schedule = load.isOpenLoop()
                ? new Schedule(run.measured().startMicros(), load.perSecond(), load.connections())
                : null;
        for (int number = 0; number < load.connections(); number++) {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            FrameBlock block = new FrameBlock(load.payloadBytes(), run.number(), number);
            SendTimes times = schedule != null
                    ? new SendTimes.Due(schedule, number)
                    : new SendTimes.Noted(clock, Math.max(block.slots(), load.windowPerConnection()));
            connections.add(new FrameConnection(channel, block, times, accepted));
        }
    }

    void start() {
        thread.start();
    }

    /// Tells how many of this run's frames are stored by now.
    void stored(long count) {
        stored = count;
    }

    /// Frames that the sockets have taken.
    long sent() {
        return connections.stream().mapToLong(FrameConnection::taken).sum();
    }

    /// The same of one connection.
    long sent(int connection) {
        return connections.get(connection).taken();
    }

    /// From when a frame was due, or began to be written, until the socket had all of it.
    LatencyMeter latency() {
        return meter;
    }

    /// What ended the emitters before their time, or an empty text.
    String fault() {
        return fault;
    }

    /// Begins no more frames and finishes those that are written in part.
    void stop(Duration patience) throws InterruptedException {
        sending = false;
        if (!thread.join(patience)) {
            finishing = false;
            thread.join();
            fault = "the relay did not read for " + patience.toSeconds() + " s";
        }
    }

    @Override
    public void close() throws IOException {
        sending = false;
        finishing = false;
        for (FrameConnection connection : connections) {
            connection.channel().close();
        }
    }

    private void send() {
        try {
            boolean isWithinFrame = false;
            while (sending || (finishing && isWithinFrame)) {
                long total = sending ? wanted() : 0;
                isWithinFrame = false;
                for (int number = 0; number < connections.size(); number++) {
                    FrameConnection connection = connections.get(number);
                    connection.sendUpTo(shareOf(number, total), clock);
                    isWithinFrame |= connection.isWithinFrame();
                }
                accepted.flush();
                OpenLoopPause.until(schedule == null ? PAUSE_MICROS : untilNext(schedule));
            }
        } catch (IOException e) {
            fault = "an emitter's connection failed: " + e;
        }
    }

    private long wanted() {
        return schedule == null ? Math.min(stored + load.window(), load.requestsMax()) : schedule.dueAt(clock.micros());
    }

    private long untilNext(Schedule onTime) {
        return onTime.microsUntilNext(onTime.dueAt(clock.micros()), clock.micros());
    }

    private long shareOf(int connection, long total) {
        return (total - connection + load.connections() - 1) / load.connections();
    }
}

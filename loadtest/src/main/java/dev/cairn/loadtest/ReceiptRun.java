package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Puts frames on a target and counts the rows that they become, after their commit, as any reader of its store would.
final class ReceiptRun {

    private static final Duration LEAD = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FILL_PATIENCE = Duration.ofMinutes(10);
    private static final int POLL_MILLIS = 4;
    private static final long TELL_MICROS = 250_000;

    private final LoadClock clock = new LoadClock();
    private final Progress progress;
    private final List<SentFrames> sent = new ArrayList<>();
    private int runs;

    /// What receipts are asked of, and where they can be read.
    record Place(Target target, Path database) {}

    /// All counters at one moment.
    private record Moment(long micros, long rows, Duration serverCpu, Duration generatorCpu) {}

    ReceiptRun(Progress progress) {
        this.progress = progress;
    }

    /// What was sent in all runs so far to relays.
    List<SentFrames> sent() {
        return List.copyOf(sent);
    }

    /// Connects, warms up, measures, and waits until every frame is a row.
    Measurement measure(Place place, LoadPlan plan, int round) throws IOException, InterruptedException {
        Measured times = Measured.startingAt(clock.micros() + LEAD.toNanos() / 1000, plan.warmUp(), plan.duration());
        Run run = new Run(nextRun(), clock, times);
        Target target = place.target();
        try (StoredReceipts stored = openWhenMade(place.database());
                FrameEmitters emitters = new FrameEmitters(target.socket(), plan.emitters(), run)) {
            long base = stored.count();
            emitters.start();
            Moment before = follow(target, stored, base, emitters, times.fromMicros());
            Moment after = follow(target, stored, base, emitters, times.toMicros());
            long resident = target.process().residentBytes();
            List<String> faults = settle(stored, base, emitters);
            if (plan.check()) {
                sent.add(sentBy(emitters, run, plan));
            }
            double seconds = (after.micros() - before.micros()) / 1e6;
            long rows = after.rows() - before.rows();
            return new Measurement(
                    target.name(),
                    round,
                    rows,
                    rows,
                    seconds,
                    emitters.latency().total(),
                    after.serverCpu().minus(before.serverCpu()).toNanos() / 1e9 / seconds,
                    after.generatorCpu().minus(before.generatorCpu()).toNanos() / 1e9 / seconds,
                    resident,
                    target.process().residentPeakBytes(),
                    null,
                    faults);
        }
    }

    /// Makes `count` receipts, as fast as possible.
    void fill(Place place, LoadPlan plan, long count) throws IOException, InterruptedException {
        Run run = new Run(nextRun(), clock, new Measured(0, 0, 0));
        long deadline = clock.micros() + FILL_PATIENCE.toNanos() / 1000;
        try (StoredReceipts stored = openWhenMade(place.database());
                FrameEmitters emitters = new FrameEmitters(
                        place.target().socket(), plan.emitters().upTo(count), run)) {
            long base = stored.count();
            emitters.start();
            for (long rows = 0; rows < count; rows = stored.count() - base) {
                emitters.stored(rows);
                progress.show(String.format(Locale.ROOT, "making %,d receipts: %,d", count, rows));
                if (!emitters.fault().isEmpty() || clock.micros() > deadline) {
                    throw new IOException(
                            "only " + rows + " of " + count + " receipts were stored; " + emitters.fault());
                }
                Thread.sleep(POLL_MILLIS);
            }
            emitters.stop(PATIENCE);
        }
    }

    /// The relay opens its doors before its store, so the first run may have to wait for the table.
    StoredReceipts openWhenMade(Path database) throws IOException, InterruptedException {
        long deadline = clock.micros() + PATIENCE.toNanos() / 1000;
        while (true) {
            try {
                if (Files.exists(database)) {
                    return StoredReceipts.open(database);
                }
            } catch (IOException e) {
                if (clock.micros() > deadline) {
                    throw e;
                }
            }
            if (clock.micros() > deadline) {
                throw new IOException("there are no receipts in " + database);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private int nextRun() {
        return (int) (ProcessHandle.current().pid() * 31 + runs++);
    }

    private Moment follow(Target target, StoredReceipts stored, long base, FrameEmitters emitters, long untilMicros)
            throws IOException, InterruptedException {
        Moment last = moment(target, stored);
        Moment now = last;
        while (now.micros() < untilMicros && emitters.fault().isEmpty()) {
            Thread.sleep(POLL_MILLIS);
            emitters.stored(stored.count() - base);
            if (clock.micros() - last.micros() > TELL_MICROS) {
                now = moment(target, stored);
                show(target, last, now, emitters);
                last = now;
            }
            now = new Moment(clock.micros(), now.rows(), now.serverCpu(), now.generatorCpu());
        }
        return moment(target, stored);
    }

    private Moment moment(Target target, StoredReceipts stored) throws IOException {
        return new Moment(
                clock.micros(),
                stored.count(),
                target.process().cpu(),
                ServerProcess.self().cpu());
    }

    private void show(Target target, Moment last, Moment now, FrameEmitters emitters) {
        double seconds = (now.micros() - last.micros()) / 1e6;
        progress.show(String.format(
                Locale.ROOT,
                "%-8s %,9.0f rows/s  sent %,d  accepted p99 %.2f ms  server %.2f cores",
                target.name(),
                (now.rows() - last.rows()) / seconds,
                emitters.sent(),
                emitters.latency().lately().p99Micros() / 1000.0,
                now.serverCpu().minus(last.serverCpu()).toNanos() / 1e9 / seconds));
    }

    private List<String> settle(StoredReceipts stored, long base, FrameEmitters emitters)
            throws IOException, InterruptedException {
        emitters.stop(PATIENCE);
        List<String> faults = new ArrayList<>();
        if (!emitters.fault().isEmpty()) {
            faults.add(emitters.fault());
        }
        long deadline = clock.micros() + PATIENCE.toNanos() / 1000;
        while (stored.count() - base < emitters.sent() && clock.micros() < deadline) {
            Thread.sleep(POLL_MILLIS);
        }
        long rows = stored.count() - base;
        if (rows != emitters.sent()) {
            faults.add(emitters.sent() + " frames were sent, and there are " + rows + " receipts after "
                    + PATIENCE.toSeconds() + " s");
        }
        return faults;
    }

    private static SentFrames sentBy(FrameEmitters emitters, Run run, LoadPlan plan) {
        return new SentFrames(
                run.number(),
                IntStream.range(0, plan.emitters().connections())
                        .mapToObj(emitters::sent)
                        .toList());
    }
}

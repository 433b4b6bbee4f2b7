package dev.cairn.loadtest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Puts a load on a target and measures it; read [#measure] from top to bottom to see what happens when.
final class LoadRun {

    private static final Duration LEAD = Duration.ofMillis(100);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(15);
    private static final Duration LIVE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration FILL_PATIENCE = Duration.ofMinutes(5);
    private static final int PROGRESS_MILLIS = 250;

    private final LoadClock clock = new LoadClock();
    private final Progress progress;
    private final List<Evidence> evidence = new ArrayList<>();
    private int runs;

    LoadRun(Progress progress) {
        this.progress = progress;
    }

    /// What the checked runs so far were told.
    List<Evidence> evidence() {
        return List.copyOf(evidence);
    }

    /// Connects everybody, warms up, measures, waits for the rest, and looks at what everybody saw.
    Measurement measure(Target target, LoadPlan plan, int round) throws IOException, InterruptedException {
        int number = (int) (ProcessHandle.current().pid() * 31 + runs++) & EventId.RUN_MAX;
        Evidence told = new Evidence(number, plan.emitters().connections());
        long since = plan.isLive() ? recordsIn(target, 0) : 0;
        try (IdleConnections idle = new IdleConnections(target.socket(), plan.idle());
                Subscribers subscribers = new Subscribers(target.door(), plan, since, number, clock)) {
            if (!subscribers.start(LIVE_PATIENCE)) {
                throw new IOException("not all subscribers were live after " + LIVE_PATIENCE.toSeconds() + " s; "
                        + subscribers.fault());
            }
            Run run = new Run(number, clock, timesFromNow(plan));
            subscribers.measure(run.measured());
            try (Emitters emitters = new Emitters(
                    target.socket(),
                    plan.emitters(),
                    run,
                    () -> subscribers.deliveredEach(),
                    plan.check() ? told : null)) {
                emitters.start();
                Snapshot before =
                        follow(target, emitters, subscribers, run.measured().fromMicros());
                Snapshot after =
                        follow(target, emitters, subscribers, run.measured().toMicros());
                long resident = target.process().residentBytes();
                List<String> faults = new ArrayList<>(faults(emitters, emitters.stop(ANSWER_PATIENCE), idle));
                if (plan.check()) {
                    evidence.add(told);
                }
                LiveOutcome live = new LiveOutcome(plan, subscribers, before, after);
                return new Measurement(
                        target.name(),
                        round,
                        after.events() - before.events(),
                        after.answers() - before.answers(),
                        before.secondsUntil(after),
                        emitters.latency().total(),
                        before.serverCoresUntil(after),
                        before.generatorCoresUntil(after),
                        resident,
                        target.process().residentPeakBytes(),
                        plan.isLive() ? live.result(recordsIn(target, emitters.answers()), LIVE_PATIENCE) : null,
                        faults);
            }
        }
    }

    /// Adds exactly `records` events to the chain, as fast as possible.
    void fill(Target target, LoadPlan plan, int records) throws IOException, InterruptedException {
        Run run = new Run(runs++ & EventId.RUN_MAX, clock, new Measured(0, 0, 0));
        long deadline = clock.micros() + FILL_PATIENCE.toNanos() / 1000;
        EmitterLoad load = plan.emitters().upTo(records);
        try (Emitters emitters = new Emitters(target.socket(), load, run, () -> 0, null)) {
            emitters.start();
            while (emitters.events() < records && emitters.fault().isEmpty() && clock.micros() < deadline) {
                progress.show(
                        String.format(Locale.ROOT, "making a log of %,d records: %,d", records, emitters.events()));
                Thread.sleep(PROGRESS_MILLIS);
            }
            emitters.stop(ANSWER_PATIENCE);
            if (emitters.events() != records) {
                throw new IOException("only " + emitters.events() + " of " + records + " events were stored; "
                        + emitters.fault() + emitters.refusal());
            }
        }
    }

    private Measured timesFromNow(LoadPlan plan) {
        return Measured.startingAt(clock.micros() + LEAD.toNanos() / 1000, plan.warmUp(), plan.duration());
    }

    /// How many records there are; without a chain, those that this run was answered for.
    private static long recordsIn(Target target, long answered) throws IOException {
        if (!target.chained()) {
            return answered;
        }
        try (ControlConnection control = new ControlConnection(target.socket())) {
            return control.records();
        }
    }

    /// Waits until `untilMicros` and tells the user meanwhile how it goes.
    private Snapshot follow(Target target, Emitters emitters, Subscribers subscribers, long untilMicros)
            throws InterruptedException {
        Snapshot last = Snapshot.of(target, emitters, subscribers, clock);
        for (long left = untilMicros - clock.micros(); left > 0; left = untilMicros - clock.micros()) {
            if (!emitters.fault().isEmpty()) {
                break;
            }
            Thread.sleep(Duration.ofNanos(Math.min(left * 1000, PROGRESS_MILLIS * 1_000_000L)));
            Snapshot now = Snapshot.of(target, emitters, subscribers, clock);
            progress.show(line(target, last, now, emitters, subscribers));
            last = now;
        }
        return Snapshot.of(target, emitters, subscribers, clock);
    }

    private static String line(Target target, Snapshot last, Snapshot now, Emitters emitters, Subscribers subscribers) {
        double seconds = last.secondsUntil(now);
        String line = String.format(
                Locale.ROOT,
                "%-8s %,9.0f/s  acked %,d  p99 %.2f ms  server %.2f cores",
                target.name(),
                (now.answers() - last.answers()) / seconds,
                now.answers(),
                emitters.latency().lately().p99Micros() / 1000.0,
                last.serverCoresUntil(now));
        return subscribers.readers().isEmpty()
                ? line
                : line + String.format(Locale.ROOT, "  live %,.0f/s", (now.delivered() - last.delivered()) / seconds);
    }

    private static List<String> faults(Emitters emitters, long unanswered, IdleConnections idle) {
        List<String> faults = new ArrayList<>();
        if (!emitters.fault().isEmpty()) {
            faults.add(emitters.fault());
        }
        if (unanswered > 0) {
            faults.add(unanswered + " requests were not answered within " + ANSWER_PATIENCE.toSeconds() + " s");
        }
        if (emitters.refused() > 0) {
            faults.add(emitters.refused() + " requests were refused, the first with " + emitters.refusal());
        }
        int idleClosed = idle.closed();
        if (idleClosed > 0) {
            faults.add("the relay closed " + idleClosed + " idle connections");
        }
        return faults;
    }
}

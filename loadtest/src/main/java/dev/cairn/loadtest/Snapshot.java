package dev.cairn.loadtest;

import java.time.Duration;

/// All counters at one moment; two of them make a measurement.
record Snapshot(long micros, long events, long answers, long delivered, Duration serverCpu, Duration generatorCpu) {

    static Snapshot of(Target target, Emitters emitters, Subscribers subscribers, LoadClock clock) {
        return new Snapshot(
                clock.micros(),
                emitters.events(),
                emitters.answers(),
                subscribers.delivered(),
                target.process().cpu(),
                ServerProcess.self().cpu());
    }

    double secondsUntil(Snapshot later) {
        return (later.micros - micros) / 1_000_000.0;
    }

    double serverCoresUntil(Snapshot later) {
        return later.serverCpu.minus(serverCpu).toNanos() / 1_000_000_000.0 / secondsUntil(later);
    }

    double generatorCoresUntil(Snapshot later) {
        return later.generatorCpu.minus(generatorCpu).toNanos() / 1_000_000_000.0 / secondsUntil(later);
    }
}

package dev.cairn.loadtest;

import java.time.Duration;

/// A load and for how long it is put on.
///
/// @param subscribers live readers; `slowSubscribers` connect and never read
/// @param idle connections that say nothing
/// @param check whether every acknowledged event and every delivery is verified afterwards
record LoadPlan(
        EmitterLoad emitters,
        int subscribers,
        int slowSubscribers,
        int idle,
        Duration warmUp,
        Duration duration,
        boolean check) {

    private static final Duration LATER_WARM_UP = Duration.ofSeconds(1);

    boolean isLive() {
        return subscribers + slowSubscribers > 0;
    }

    /// The plan of a round: after the first one everybody is warm.
    LoadPlan forRound(int round) {
        return round > 1 && warmUp.compareTo(LATER_WARM_UP) > 0 ? withWarmUp(LATER_WARM_UP) : this;
    }

    LoadPlan withWarmUp(Duration other) {
        return new LoadPlan(emitters, subscribers, slowSubscribers, idle, other, duration, check);
    }

    LoadPlan withIdle(int other) {
        return new LoadPlan(emitters, subscribers, slowSubscribers, other, warmUp, duration, check);
    }

    LoadPlan withDuration(Duration other) {
        return new LoadPlan(emitters, subscribers, slowSubscribers, idle, warmUp, other, check);
    }

    LoadPlan withEmitters(EmitterLoad others) {
        return new LoadPlan(others, subscribers, slowSubscribers, idle, warmUp, duration, check);
    }

    /// The same load on a baseline, which has no chain to check and nothing to show with who does not read or
    /// send.
    LoadPlan onBaseline() {
        return new LoadPlan(emitters, subscribers, 0, 0, warmUp, duration, false);
    }
}

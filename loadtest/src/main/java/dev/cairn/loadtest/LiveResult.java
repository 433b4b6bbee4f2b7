package dev.cairn.loadtest;

import java.util.List;

/// What live subscribers saw in one run.
///
/// @param deliveries records received within the measured time, by all together
/// @param closed subscribers that the relay ended though they read
/// @param slowClosed slow ones that it ended, as it should
/// @param faults gaps, repeats and subscribers that did not see the last record; one sentence each kind
record LiveResult(
        int subscribers,
        int slow,
        long deliveries,
        double seconds,
        Latency latency,
        int closed,
        int slowClosed,
        List<String> faults) {

    LiveResult {
        faults = List.copyOf(faults);
    }

    double deliveriesPerSecond() {
        return deliveries / seconds;
    }
}

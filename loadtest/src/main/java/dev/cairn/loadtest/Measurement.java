package dev.cairn.loadtest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run on one target gave.
///
/// @param events acknowledged events within the measured time
/// @param answers answers of all kinds within the measured time
/// @param latency of good answers, from send or due time
/// @param serverCores and `generatorCores` CPU seconds per second
/// @param faults what went wrong, one sentence each; empty when nothing did
record Measurement(
        String target,
        int round,
        long events,
        long answers,
        double seconds,
        Latency latency,
        double serverCores,
        double generatorCores,
        long residentBytes,
        long residentPeakBytes,
        @Nullable LiveResult live,
        List<String> faults) {

    Measurement {
        faults = List.copyOf(faults);
    }

    double answersPerSecond() {
        return answers / seconds;
    }

    double serverMicrosPerAnswer() {
        return answers == 0 ? 0 : serverCores * seconds * 1_000_000 / answers;
    }
}

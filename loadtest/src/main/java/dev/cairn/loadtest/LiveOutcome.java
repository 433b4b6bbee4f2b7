package dev.cairn.loadtest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Judges what the subscribers of a run saw: every record once, in order, to the last one.
record LiveOutcome(LoadPlan plan, Subscribers subscribers, Snapshot before, Snapshot after) {

    /// Waits until everybody has everything, then ends the subscribers.
    ///
    /// @param records how many records the chain has now that all is sent
    LiveResult result(long records, Duration patience) throws IOException, InterruptedException {
        subscribers.awaitAll(records, patience);
        subscribers.stop();
        List<String> faults = new ArrayList<>();
        if (!subscribers.fault().isEmpty()) {
            faults.add(subscribers.fault());
        }
        faults.addAll(faultsOf(subscribers.readers(), records));
        return new LiveResult(
                plan.subscribers(),
                plan.slowSubscribers(),
                after.delivered() - before.delivered(),
                before.secondsUntil(after),
                subscribers.latency().total(),
                (int) subscribers.readers().stream()
                        .filter(SubscriberConnection::isClosed)
                        .count(),
                subscribers.slowClosed(),
                faults);
    }

    /// One sentence for each kind of fault.
    static List<String> faultsOf(List<SubscriberConnection> readers, long records) {
        List<String> faults = new ArrayList<>();
        readers.stream()
                .filter(reader -> reader.faults() > 0)
                .findFirst()
                .ifPresent(reader -> faults.add("a subscriber " + reader.fault()));
        readers.stream()
                .filter(SubscriberConnection::isClosed)
                .findFirst()
                .ifPresent(reader -> faults.add(
                        "a subscriber was closed with " + reader.closeCode() + " after record " + reader.last()));
        long behind = readers.stream()
                .filter(reader -> reader.last() < records && !reader.isClosed())
                .count();
        if (behind > 0) {
            faults.add(behind + " subscribers did not see record " + records);
        }
        return faults;
    }
}

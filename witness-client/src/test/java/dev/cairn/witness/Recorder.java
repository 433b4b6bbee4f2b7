package dev.cairn.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.witness.WitnessEvent.RoundFinished;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Remembers what a publisher tells, and waits for what it is about to tell.
final class Recorder implements Consumer<WitnessEvent> {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<WitnessEvent> news = new LinkedBlockingQueue<>();
    private final List<WitnessEvent> all = new CopyOnWriteArrayList<>();

    @Override
    public void accept(WitnessEvent event) {
        all.add(event);
        news.add(event);
    }

    List<WitnessEvent> all() {
        return all;
    }

    /// The next event of a kind; those before it are passed over.
    <E extends WitnessEvent> E next(Class<E> kind) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (WitnessEvent event; ; ) {
            event = news.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(event)
                    .as("a %s in time, after %s", kind.getSimpleName(), all)
                    .isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    WitnessRecord nextRecord() throws InterruptedException {
        return next(RoundFinished.class).record();
    }
}

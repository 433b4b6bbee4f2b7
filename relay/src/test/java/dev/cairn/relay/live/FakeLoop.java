package dev.cairn.relay.live;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// An event loop whose clock stands still until a test moves it.
public final class FakeLoop implements Loop {

    private record Task(long due, long order, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
    private long now = 1_000;
    private long order;

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public void schedule(long nanos, Runnable task) {
        tasks.add(new Task(now + nanos, order++, task));
    }

    @Override
    public long nanoTime() {
        return now;
    }

    public void advance(Duration time) {
        now += time.toNanos();
    }

    /// Runs the next task, if there is one, when it is due.
    public void runNext() {
        Task task = tasks.poll();
        if (task != null) {
            now = Math.max(now, task.due);
            task.action.run();
        }
    }

    void runAll() {
        for (int i = 0; !tasks.isEmpty(); i++) {
            if (i > 100_000) {
                throw new AssertionError("it never comes to rest");
            }
            runNext();
        }
    }

    long nextDueIn() {
        Task task = tasks.peek();
        return task == null ? -1 : task.due - now;
    }
}

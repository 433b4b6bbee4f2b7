package dev.cairn.loadtest;

/// Microseconds since this process started to measure; monotonic, and 40 bits last for twelve days.
final class LoadClock {

    private final long originNanos = System.nanoTime();

    long micros() {
        return (System.nanoTime() - originNanos) / 1000;
    }
}

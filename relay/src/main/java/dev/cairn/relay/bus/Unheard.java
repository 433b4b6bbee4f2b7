package dev.cairn.relay.bus;

import java.util.concurrent.atomic.AtomicLong;

/// What is on its way to one listener, who hears what others tell: it lies in a queue, in memory, and nobody waits
/// for a listener. What finds no room is told without its content, which the listener then reads from the store.
public final class Unheard {

    /// Enough for a pause of a listener that nobody notices, and little beside the heap.
    private static final long BYTES_MAX = 8 * 1024 * 1024;

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public Unheard() {
        this(BYTES_MAX);
    }

    private Unheard(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// For a listener that has to be told everything, and whose teller is paced by its answers.
    public static Unheard unbounded() {
        return new Unheard(Long.MAX_VALUE);
    }

    /// Whether the next content may be told, however long it is.
    public boolean hasRoom() {
        return bytes.get() < bytesMax;
    }

    /// So much more is on its way.
    public void told(long more) {
        bytes.addAndGet(more);
    }

    /// So much of it has arrived.
    public void heard(long less) {
        bytes.addAndGet(-less);
    }
}

package dev.cairn.relay.bus;

/// The newest value of a state that one verticle writes and any may read at once: an immutable record behind
/// a volatile reference.
///
/// For questions that must not wait in a queue: a state answer is taken from the durable tip when its turn comes.
public final class Latest<T> {

    private volatile T value;

    public Latest(T initial) {
        value = initial;
    }

    public T get() {
        return value;
    }

    /// Only the verticle that owns the state calls this.
    public void set(T newest) {
        value = newest;
    }
}

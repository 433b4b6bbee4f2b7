package dev.cairn.relay.live;

/// What all subscribers of a relay have yet to take, whatever chain they follow: the memory that slow ones cost.
///
/// Belongs to one event loop, with all its pumps.
public final class Unsent {

    /// Above it, one that has not taken what it got gets no more, nothing is read from a store, and patience
    /// is short.
    private static final long HIGH_BYTES = 32 * 1024 * 1024;

    /// Above it, nothing more is made for anybody; what lies between is for those who follow live.
    private static final long FULL_BYTES = 48 * 1024 * 1024;

    private long bytes;

    /// Bytes that are kept until somebody takes them, those for many counted once.
    public long bytes() {
        return bytes;
    }

    boolean isHigh() {
        return bytes > HIGH_BYTES;
    }

    boolean isFull() {
        return bytes > FULL_BYTES;
    }

    void add(long more) {
        bytes += more;
    }
}

package dev.cairn.relay.chain;

import java.nio.ByteBuffer;

/// Where the lines of one chain live, in the order they were appended.
public interface ChainStore extends AutoCloseable {

    /// Bytes in the store: where the next line begins.
    long size();

    /// Appends `lines` from its position to its limit, and makes durable what got in.
    ///
    /// @throws UnknownFateException if nobody can say what is durable; the store must not be used again
    Outcome append(ByteBuffer lines);

    /// Whether the store's name still leads to it: if not, others read something else than what is appended.
    boolean isInPlace();

    @Override
    void close();

    /// What became of an append. What is reported as stored is durable.
    sealed interface Outcome {

        /// Everything is stored.
        record Stored() implements Outcome {}

        /// Only the first `bytes` are stored, perhaps none: the disk is full, for instance. `reason` is the
        /// system's word on it.
        record Cut(long bytes, String reason) implements Outcome {}
    }

    /// A failed sync, or somebody else's bytes in the store: only a restart, which reads what is really
    /// there, can tell what holds.
    final class UnknownFateException extends RuntimeException {

        private static final long serialVersionUID = 1;

        UnknownFateException(String message) {
            super(message);
        }

        UnknownFateException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

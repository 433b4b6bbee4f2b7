package dev.cairn.protocol.audit;

/// Hears now and then how far a long reading is.
@FunctionalInterface
public interface ReadingProgress {

    /// Hears nothing.
    ReadingProgress NONE = (_, _) -> {};

    /// @param lines read until now
    /// @param share of all work that is done, 0 to 1, as far as one can know
    void at(long lines, double share);
}

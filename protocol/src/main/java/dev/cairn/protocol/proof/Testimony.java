package dev.cairn.protocol.proof;

/// What is left of a witness's word for somebody who reads it later, on another machine; each one is worth
/// more than those before it.
public enum Testimony {
    /// The record says that it confirmed, and nothing more.
    STATED,
    /// It named an anchor, by which it can be asked again.
    ANCHORED,
    /// It signed a receipt, with a key that only the receipt itself names: anybody could have made both.
    SIGNED,
    /// It signed a receipt with a key that the reader knows from elsewhere.
    PINNED;

    public boolean isAtLeast(Testimony least) {
        return compareTo(least) >= 0;
    }
}

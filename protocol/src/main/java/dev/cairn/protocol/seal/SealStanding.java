package dev.cairn.protocol.seal;

/// What a verification says of one seal.
public enum SealStanding {
    /// Its key has signed it, and the log's record of that number has its hash.
    PROVEN,
    /// The log's record has its hash; its key was not there to ask, or did not sign it.
    CONFIRMED,
    /// It is of a record before the place where this verification of the log began.
    PASSED,
    /// The log does not say so, or was not read that far.
    UNCONFIRMED;

    /// Whether the log has what the seal says, as far as this verification and the one it goes on from can
    /// tell.
    public boolean isOfTheLog() {
        return this != UNCONFIRMED;
    }
}

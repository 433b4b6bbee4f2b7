package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Seal;

/// What came of the intention to seal the chain.
sealed interface Outcome {

    /// It is sealed, durably.
    record Made(Seal seal) implements Outcome {}

    /// There is no need to.
    record Skipped(String why) implements Outcome {}

    /// The chain or the keys do not allow it now: their own matter, told elsewhere.
    record Postponed(String why) implements Outcome {}

    /// It could not be sealed.
    record Failed(String why) implements Outcome {}
}

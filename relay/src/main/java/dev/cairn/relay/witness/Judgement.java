package dev.cairn.relay.witness;

/// What becomes of a request for an anchor.
sealed interface Judgement {

    /// It is anchored now.
    record Anchored(String receipt) implements Judgement {}

    /// It was anchored before; this is what was said then.
    record Known(String receipt) implements Judgement {}

    /// Another tip is anchored at its count. Both are in the chain.
    ///
    /// @param first the receipt of the other one
    record Contradicts(String first) implements Judgement {}

    /// It is not in the chain, as far as anybody can tell now.
    record NotStored() implements Judgement {}

    /// There are as many anchors as the witness can keep track of.
    record Full() implements Judgement {}

    /// Too many wait.
    record Busy() implements Judgement {}
}

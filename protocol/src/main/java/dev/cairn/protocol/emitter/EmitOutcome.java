package dev.cairn.protocol.emitter;

/// What became of a tool call that was told to a relay. The dialect has no answers: nothing says more.
public sealed interface EmitOutcome {

    /// The kernel took all of the frame for the relay.
    record Sent() implements EmitOutcome {}

    /// It did not, within the time there is; counted as a drop, which a later frame will report.
    record Failed(String why) implements EmitOutcome {}
}

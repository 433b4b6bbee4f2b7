package dev.cairn.protocol.receipt;

/// What the bytes of a frame turned out to be.
public sealed interface FrameReading {

    record Accepted(Frame frame) implements FrameReading {}

    /// A frame that is refused, but not what it says of events lost before it.
    ///
    /// @param problem the first check that failed, in words of ours: nothing that the emitter wrote is in them
    /// @param dropCount how many events the emitter says it lost; 0 if that cannot be read
    record Refused(String problem, long dropCount) implements FrameReading {}
}

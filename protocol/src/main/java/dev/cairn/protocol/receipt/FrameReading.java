package dev.cairn.protocol.receipt;

/// What the bytes of a frame turned out to be.
public sealed interface FrameReading {

    record Accepted(Frame frame) implements FrameReading {}

    /// The first check that failed, in words of ours: nothing that the emitter wrote is in them.
    record Refused(String problem) implements FrameReading {}
}

package dev.cairn.relay.ingress;

import dev.cairn.protocol.json.ByteBuilder;

/// The way back to a client: what a [Session] needs of its transport. The transport tells the session what it
/// received, and [Session#written] when the bytes of a [#write] have left.
interface Wire {

    /// Sends whole answers, each ending in a newline. The bytes are copied before this returns; at most one
    /// write is under way.
    void write(ByteBuilder answers);

    /// Stops taking bytes from the client; one read may still follow.
    void pause();

    void resume();

    /// Takes what has arrived, then tells [Session#nothingMore].
    void endInput();

    /// Forgets a request that has not arrived whole, and everything that follows it.
    void discard();

    /// Says that no answer follows, and then reads and discards for a bounded time before it closes.
    void refuseTheRest(Refusal why);

    /// Ends the connection; what was not written yet is lost.
    void close();
}

package dev.cairn.relay.live;

import io.vertx.core.Future;
import java.util.List;

/// What a chain's store holds, for subscribers that are behind the ring.
public interface History {

    /// The records that follow `cursor` (exclusive), in order: at least one when there is one, at most
    /// `bytesMax` bytes together unless the first alone is longer. Empty when `cursor` is the newest durable
    /// record. Fails when the store cannot be read.
    Future<Page> after(long cursor, int bytesMax);

    /// `lines.get(i)` is record `firstSeq + i`, verbatim as stored, without newline; the line of the last
    /// one, its newline included, ends at `end` in the store.
    record Page(long firstSeq, List<byte[]> lines, long end) {}
}

package dev.cairn.relay.live;

import io.vertx.core.Future;
import java.util.OptionalLong;

/// A store of many chains, for subscribers: which there are, and what each holds.
public interface Library {

    /// The sequence of a chain's newest durable record; 0 for one that is about to begin, empty for one
    /// that the store does not know.
    Future<OptionalLong> tip(String chain);

    /// What a chain holds.
    History history(String chain);
}

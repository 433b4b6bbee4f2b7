/// Replay and live without a seam: a ring of the newest frames, a cursor per subscriber, a pump, and the port
/// [dev.cairn.relay.live.History]. Knows no dialect.
@NullMarked
package dev.cairn.relay.live;

import org.jspecify.annotations.NullMarked;

package dev.cairn.relay.chain;

import java.time.Instant;

/// When something happened, by both clocks.
///
/// @param at by the wall's clock, which may be set
/// @param uptimeMillis since the relay's start, by the monotonic clock
record Moment(Instant at, long uptimeMillis) {}

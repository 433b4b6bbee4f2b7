package dev.cairn.protocol.audit;

import java.time.Instant;

/// What the next heartbeat line must know about the last linked one.
///
/// @param seq its place among the linked heartbeats, from 1
/// @param dueMillis its successor follows within this time, unless it is a [HeartbeatKind#STOP]
public record LinkedHeartbeat(long seq, Hash hash, Instant at, HeartbeatKind kind, long dueMillis) {}

package dev.cairn.protocol.audit;

import java.util.Locale;

/// Why a linked heartbeat line was written (`specs/audit-relay.md` 4.2).
public enum HeartbeatKind {
    /// The relay has started.
    START,
    /// The relay is alive.
    BEAT,
    /// Bytes before this line are a torn tail.
    REPAIR,
    /// The relay has something to tell.
    NOTE,
    /// The relay stops: silence from here on is no gap.
    STOP;

    /// The name on the wire.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

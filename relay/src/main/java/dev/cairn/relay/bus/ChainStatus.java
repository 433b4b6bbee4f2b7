package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.Tip;

/// What the chain's single writer last knew to be durable. `lastHeartbeatMillis` is epoch milliseconds of the
/// last beat.
public record ChainStatus(Tip tip, long lastHeartbeatMillis, Health health) {

    /// Whether events are accepted.
    public sealed interface Health {}

    public record Serving() implements Health {}

    /// Events are refused with `reason`; state requests are answered.
    public record Refusing(String reason) implements Health {}
}

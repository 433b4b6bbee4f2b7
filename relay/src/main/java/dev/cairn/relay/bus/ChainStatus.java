package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.Tip;
import java.util.List;
import java.util.stream.Stream;

/// What the chain's single writer last knew to be durable. `lastHeartbeatMillis` is epoch milliseconds of the
/// last beat.
public record ChainStatus(Tip tip, long lastHeartbeatMillis, Health health, Gaps gaps) {

    /// Of a chain without silence.
    public ChainStatus(Tip tip, long lastHeartbeatMillis, Health health) {
        this(tip, lastHeartbeatMillis, health, Gaps.NONE);
    }

    /// Whether events are accepted.
    public sealed interface Health {}

    public record Serving() implements Health {}

    /// Events are refused with `reason`; state requests are answered.
    public record Refusing(String reason) implements Health {}

    /// Silences where a heartbeat was due, as far as this relay has seen them: the one before its start is the
    /// first.
    ///
    /// @param newest the last ones, in order
    public record Gaps(long count, List<LogGap> newest) {

        public static final Gaps NONE = new Gaps(0, List.of());

        private static final int KEPT = 10;

        public Gaps {
            newest = List.copyOf(newest);
        }

        public Gaps with(LogGap gap) {
            List<LogGap> all = Stream.concat(newest.stream(), Stream.of(gap)).toList();
            return new Gaps(count + 1, all.subList(Math.max(0, all.size() - KEPT), all.size()));
        }
    }
}

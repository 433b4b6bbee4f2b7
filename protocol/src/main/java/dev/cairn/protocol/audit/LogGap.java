package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Silence in a log where a heartbeat was due: the relay was not running, or not able to write
/// (`specs/audit-relay.md` 3.6).
///
/// @param since the heartbeat that nothing followed in time
public record LogGap(Instant since, Duration length) {

    private static final Duration GRACE = Duration.ofSeconds(5);

    /// For instance `{"since":"2026-11-22T03:00:00Z","length_ms":95000}`.
    public JsonText toJson() {
        return JsonText.object().put("since", since.toString()).put("length_ms", length.toMillis());
    }

    /// The gap between a linked heartbeat and its successor at `next`; for the last one of a log, `next` is
    /// now.
    public static Optional<LogGap> between(@Nullable LinkedHeartbeat last, Instant next) {
        if (last == null || last.kind() == HeartbeatKind.STOP) {
            return Optional.empty();
        }
        Duration length = Duration.between(last.at(), next);
        boolean late = length.compareTo(Duration.ofMillis(last.dueMillis()).plus(GRACE)) > 0;
        return late ? Optional.of(new LogGap(last.at(), length)) : Optional.empty();
    }
}

package dev.cairn.witness;

import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a [WitnessPublisher] goes about it.
///
/// @param quorum how many distinct witnesses must confirm
/// @param tryTimeout for one request and its answer, the look-up of the name included
/// @param pauseMin before the second round; each further pause is twice as long
/// @param pauseMax the longest pause while the quorum is missing
/// @param overdueAfter how long a quorum may be missing before that is told
/// @param circuitPauseMin how long a witness that keeps failing is left alone at first; twice as long each time
/// @param circuitPauseMax how long at most
/// @param trust who signs the witnesses' certificates; `null` for whom the Java platform trusts
public record PublisherSettings(
        int quorum,
        Duration tryTimeout,
        Duration pauseMin,
        Duration pauseMax,
        Duration overdueAfter,
        Duration circuitPauseMin,
        Duration circuitPauseMax,
        @Nullable TrustOptions trust) {

    public PublisherSettings {
        if (quorum < 1) {
            throw new IllegalArgumentException("a quorum of " + quorum);
        }
        for (Duration duration :
                new Duration[] {tryTimeout, pauseMin, pauseMax, overdueAfter, circuitPauseMin, circuitPauseMax}) {
            if (duration.toMillis() < 1) {
                throw new IllegalArgumentException("expected at least a millisecond, got " + duration);
            }
        }
    }

    /// As `specs/audit-relay.md` 6.1 has it.
    public static PublisherSettings withQuorum(int quorum, Duration overdueAfter) {
        return new PublisherSettings(
                quorum,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                overdueAfter,
                Duration.ofSeconds(60),
                Duration.ofMinutes(15),
                null);
    }

    /// Waits otherwise than is usual: for a try, between two rounds at most, and for a witness that keeps
    /// failing at most.
    public PublisherSettings withPatience(Duration newTryTimeout, Duration newPauseMax, Duration newCircuitPauseMax) {
        return new PublisherSettings(
                quorum, newTryTimeout, pauseMin, newPauseMax, overdueAfter, circuitPauseMin, newCircuitPauseMax, trust);
    }
}

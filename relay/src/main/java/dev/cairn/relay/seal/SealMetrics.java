package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Sealable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// What an operator watches of the seals; read from the state, at scrape.
final class SealMetrics {

    private final Counter failures;
    private final Counter quorumsLost;
    private final Counter contradictions;

    SealMetrics(MeterRegistry meters, Latest<SealState> state, Sealable sealed, InstantSource wall) {
        Tags which = Tags.of("chain", sealed.store().text());
        FunctionCounter.builder("cairn.seals", state, latest -> latest.get().total())
                .description("Seals in the file, those of earlier runs among them")
                .tags(which)
                .register(meters);
        Gauge.builder("cairn.seal.age.seconds", state, latest -> age(latest.get(), wall))
                .description("How old the newest seal is")
                .tags(which)
                .register(meters);
        Gauge.builder(
                        "cairn.seal.unsealed.events",
                        () -> sealed.count() - state.get().sealedCount())
                .description("Records that no seal covers yet")
                .tags(which)
                .register(meters);
        Gauge.builder("cairn.witness.quorum.met", state, latest -> met(latest.get()))
                .description(
                        "1 if enough witnesses have confirmed the newest seal, 0 if not; nothing without witnesses")
                .tags(which)
                .register(meters);
        Gauge.builder(
                        "cairn.witness.quorum.overdue",
                        state,
                        latest -> latest.get().quorumOverdue() ? 1 : 0)
                .description("1 while no seal has had its quorum for longer than witness.overdue_seconds")
                .tags(which)
                .register(meters);
        failures = Counter.builder("cairn.seal.failures")
                .description("Attempts to seal that failed")
                .tags(which)
                .register(meters);
        quorumsLost = Counter.builder("cairn.witness.quorum.lost")
                .description("How often every witness had its turn and too few had confirmed")
                .tags(which)
                .register(meters);
        contradictions = Counter.builder("cairn.witness.contradictions")
                .description("How often a witness confirmed another seal than ours, or holds another tip of its count")
                .tags(which)
                .register(meters);
    }

    void contradicted() {
        contradictions.increment();
    }

    void failed() {
        failures.increment();
    }

    void quorumLost() {
        quorumsLost.increment();
    }

    private static double age(SealState state, InstantSource wall) {
        LastSeal last = state.last();
        if (last == null) {
            return Double.NaN;
        }
        Duration age = Duration.between(Instant.parse(last.sealedAt()), wall.instant());
        return age.isNegative() ? 0 : age.toMillis() / 1e3;
    }

    private static double met(SealState state) {
        Boolean met = state.quorumMet();
        return met == null ? Double.NaN : met ? 1 : 0;
    }
}

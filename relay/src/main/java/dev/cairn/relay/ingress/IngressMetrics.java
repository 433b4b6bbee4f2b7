package dev.cairn.relay.ingress;

import dev.cairn.relay.bus.DropReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What the ingress counts, a batch at a time.
final class IngressMetrics {

    private final Counter events;
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final Map<DropReason, Counter> drops = new EnumMap<>(DropReason.class);

    IngressMetrics(MeterRegistry meters, Admission admission) {
        events = Counter.builder("cairn.events")
                .description("Events stored and acknowledged")
                .register(meters);
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, refusalCounter(meters, refusal));
        }
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, dropCounter(meters, reason));
        }
        Gauge.builder("cairn.connections", admission, Admission::open)
                .description("Open connections of emitters")
                .register(meters);
    }

    void stored(int count) {
        events.increment(count);
    }

    void refused(Refusal refusal, long count) {
        Objects.requireNonNull(refusals.get(refusal)).increment((double) count);
    }

    void dropped(DropReason reason, long count) {
        Objects.requireNonNull(drops.get(reason)).increment((double) count);
    }

    private static Counter refusalCounter(MeterRegistry meters, Refusal refusal) {
        return Counter.builder("cairn.requests.refused")
                .description("Requests and connections turned away")
                .tag("reason", refusal.tag())
                .register(meters);
    }

    private static Counter dropCounter(MeterRegistry meters, DropReason reason) {
        return Counter.builder("cairn.drops")
                .description("Events that are in no chain")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}

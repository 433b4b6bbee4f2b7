package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReceiptsMetricsTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ReceiptsMetrics metrics = new ReceiptsMetrics(meters);

    @Test
    void theSkewOfEmittersIsMeasuredInSecondsByItsDirection() {
        metrics.skew(NOON.minusMillis(1_500), NOON.toEpochMilli());
        metrics.skew(NOON, NOON.toEpochMilli());
        metrics.skew(NOON.plusMillis(250), NOON.toEpochMilli());
        metrics.skew(Instant.parse("0000-01-01T00:00:00Z"), NOON.toEpochMilli());

        assertThat(skew("late").count()).isEqualTo(3);
        assertThat(skew("late").max()).isGreaterThan(6e10);
        assertThat(skew("early").count()).isEqualTo(1);
        assertThat(skew("early").totalAmount()).isEqualTo(0.25);
        assertThat(skew("early").getId().getBaseUnit()).isEqualTo("seconds");
    }

    private DistributionSummary skew(String direction) {
        return meters.get("cairn.receipts.skew").tag("direction", direction).summary();
    }
}

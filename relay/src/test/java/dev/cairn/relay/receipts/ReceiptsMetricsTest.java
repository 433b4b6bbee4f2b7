package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    @Timeout(60)
    void aRunningRelayMeasuresTheFramesThatItTakes(@TempDir Path dir) throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect();
                HttpClient http = HttpClient.newHttpClient()) {
            emitter.emit("of the past");
            emitter.send(Emitter.frame("of the future").replace("\"ts_emit\":\"2026", "\"ts_emit\":\"2926"));
            relay.stored.await(2);

            URI metricsPage = URI.create(relay.relay().doors().http() + "/metrics");
            String token = Files.readString(dir.resolve("http.token")).strip();
            HttpRequest request = HttpRequest.newBuilder(metricsPage)
                    .header("Authorization", "Bearer " + token)
                    .build();
            String page = http.send(request, BodyHandlers.ofString()).body();

            assertThat(page)
                    .contains("cairn_receipts_skew_seconds_count{direction=\"late\"} 1")
                    .contains("cairn_receipts_skew_seconds_count{direction=\"early\"} 1");
        }
    }

    private DistributionSummary skew(String direction) {
        return meters.get("cairn.receipts.skew").tag("direction", direction).summary();
    }
}

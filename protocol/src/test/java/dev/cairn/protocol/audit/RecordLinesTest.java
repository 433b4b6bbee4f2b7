package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.json.JsonTape;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records that are no events: what a witness keeps.
class RecordLinesTest {

    private static final long RECEIVED_AT = 1_767_355_200_007L;

    private final JsonTape tape = new JsonTape();
    private final RecordLines lines = new RecordLines(new KeystreamSalts(new SecureRandom()));

    @Test
    void anyObjectBecomesARecordThatVerifies() {
        add("{\"kind\":\"anchor\",\"body\":\"{}\",\"id\":7}");
        add("{\"A\":1,\"Z\":[1.50]}"); // All members sort before the log's own.
        add("{}");
        add("{\"type\":\"patchwork-seal-anchor\",\"~\":null}");
        RecordBatch batch = lines.take();
        new RecordLinker(Tip.EMPTY).link(batch);

        var verifier = new AuditVerifier(LogState.START, new LogListener() {});
        byte[] log = batch.toByteArray();
        verifier.accept(log, 0, log.length);

        assertThat(verifier.verdict()).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verifier.verdict().state().tip()).isEqualTo(new Tip(batch.hash(3), 4));
        assertThat(batch.toString().lines().skip(1).findFirst().orElseThrow())
                .startsWith("{\"A\":1,\"Z\":[1.5],\"_relay\":{\"received_at\":\"2026-01-02T12:00:00.007Z\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "{\"_relay\":{}}",
                "{\"_relay_hash\":null}",
                "{\"event_hash\":\"\"}",
                "{\"type\":\"heartbeat\"}",
                "{\"type\":\"heart\\u0062eat\"}"
            })
    void refusesWhatMeansSomethingInALog(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> add(json));
        assertThat(lines.count()).isZero();
    }

    @Test
    void leavesNothingOfALineThatIsTooLong() {
        boolean longest = add("{\"body\":\"" + "x".repeat(RecordBatchWriter.LINE_MAX - 400) + "\"}");
        boolean tooLong = add("{\"body\":\"" + "x".repeat(RecordBatchWriter.LINE_MAX) + "\"}");

        assertThat(longest).isTrue();
        assertThat(tooLong).isFalse();
        RecordBatch batch = lines.take();
        assertThat(batch.count()).isEqualTo(1);
        assertThat(batch.length()).isLessThanOrEqualTo(RecordBatchWriter.LINE_MAX);
    }

    private boolean add(String json) {
        byte[] text = json.getBytes(UTF_8);
        tape.parse(text, 0, text.length);
        return lines.add(tape, 0, PeerStamp.NOBODY, RECEIVED_AT);
    }
}

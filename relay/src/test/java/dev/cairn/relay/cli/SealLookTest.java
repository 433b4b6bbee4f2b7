package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SealLookTest {

    private static final Instant NOW = Instant.parse("2026-07-01T09:00:00Z");

    @Test
    void aSealOfThisPeriodIsNotLate() {
        SealLook look = look("\"2026-07-01T08:31:00.000Z\"", 10, 7, "true");

        assertThat(look.seals()).isEqualTo("last at 2026-07-01T08:31:00.000Z, 29 m 0 s ago, 3 records behind it");
        assertThat(look.isSealLate()).isFalse();
        assertThat(look.witnesses()).isEqualTo("quorum met for the last seal");
        assertThat(look.auto()).isEqualTo("on, every 15 m");
    }

    @Test
    void recordsThatNobodySealedForTwoPeriodsAreLate() {
        assertThat(look("\"2026-07-01T08:29:00.000Z\"", 10, 7, "true").isSealLate())
                .isTrue();
        assertThat(look("\"2026-07-01T08:29:00.000Z\"", 7, 7, "true").isSealLate())
                .isFalse();
    }

    @Test
    void aQuorumIsLateWhenTheRelaySaysSo() {
        SealLook late = look("\"2026-07-01T08:59:30.000Z\"", 7, 7, "false,\"witness_quorum_overdue\":true");
        SealLook fresh = look("\"2026-07-01T08:57:00.000Z\"", 7, 7, "false,\"witness_quorum_overdue\":false");

        assertThat(late.isQuorumLate()).isTrue();
        assertThat(late.witnesses()).isEqualTo("quorum overdue for the last seal");
        assertThat(fresh.isQuorumLate()).isFalse();
        assertThat(fresh.witnesses()).isEqualTo("quorum not met yet for the last seal");
    }

    @Test
    void aSealThatAWitnessContradictedIsInDoubt() {
        SealLook once = look("\"2026-07-01T08:59:30.000Z\"", 7, 7, "true,\"witness_contradictions\":1");
        SealLook twice = look("\"2026-07-01T08:59:30.000Z\"", 7, 7, "false,\"witness_contradictions\":2");
        SealLook never = look("\"2026-07-01T08:59:30.000Z\"", 7, 7, "true,\"witness_contradictions\":0");

        assertThat(once.isQuorumInDoubt()).isTrue();
        assertThat(once.witnesses())
                .isEqualTo("quorum met for the last seal; a seal was contradicted since the relay started");
        assertThat(twice.witnesses())
                .isEqualTo(
                        "quorum not met yet for the last seal; seals were contradicted 2 times since the relay started");
        assertThat(never.isQuorumInDoubt()).isFalse();
    }

    @Test
    void withoutASealThereIsNothingToConfirm() {
        SealLook look = look("null", 4, 0, "null");

        assertThat(look.seals()).isEqualTo("none, 4 records not sealed");
        assertThat(look.witnesses()).isEqualTo("on, nothing to confirm yet");
    }

    private static SealLook look(String sealedAt, long events, long sealed, String quorum) {
        JsonObject ping = JsonObject.parse("{}");
        JsonObject chain = JsonObject.parse("{\"event_count\":" + events + ",\"last_seal_event_count\":" + sealed
                + ",\"uptime_ms\":1000,\"auto_seal_interval_minutes\":15}");
        JsonObject seals = JsonObject.parse("{\"last_seal_at\":" + sealedAt
                + ",\"seals_total\":1,\"auto_seal_enabled\":true,\"witness_enabled\":true,\"witness_quorum_met\":"
                + quorum + "}");
        return SealLook.of(new StatusCommand.State(ping, chain, seals, ReceiptsLook.of(ping), null, null), NOW);
    }
}

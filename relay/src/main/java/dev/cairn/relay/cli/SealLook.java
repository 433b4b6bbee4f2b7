package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a running relay says of its seals and their witnesses, and whether that is late.
///
/// @param sealedAt when the newest seal was made; `null` where there is none
/// @param age of the newest seal, or, where there is none, of the process
/// @param behind records behind the newest seal
/// @param quorumMet whether enough witnesses have confirmed the newest seal; `null` where nobody is asked
/// @param isQuorumLate whether the relay says that no seal has had its quorum for longer than may be
/// @param contradictions how often a witness said something against a seal since the relay started
record SealLook(
        @Nullable String sealedAt,
        Duration age,
        long total,
        long behind,
        boolean isAuto,
        long intervalMinutes,
        boolean areWitnessesAsked,
        @Nullable Boolean quorumMet,
        boolean isQuorumLate,
        long contradictions) {

    static SealLook of(StatusCommand.State state, Instant now) {
        JsonObject seals = state.seals();
        String at = seals.text("last_seal_at");
        long sealed = state.chain().number("last_seal_event_count", 0);
        String quorum = seals.raw("witness_quorum_met");
        return new SealLook(
                at,
                age(at, now, Duration.ofMillis(state.chain().number("uptime_ms", 0))),
                seals.number("seals_total", 0),
                Math.max(0, state.chain().number("event_count", 0) - sealed),
                seals.isTrue("auto_seal_enabled"),
                state.chain().number("auto_seal_interval_minutes", 0),
                seals.isTrue("witness_enabled"),
                "true".equals(quorum) ? Boolean.TRUE : "false".equals(quorum) ? Boolean.FALSE : null,
                seals.isTrue("witness_quorum_overdue"),
                seals.number("witness_contradictions", 0));
    }

    private static Duration age(@Nullable String at, Instant now, Duration otherwise) {
        try {
            return at == null ? otherwise : Duration.between(Instant.parse(at), now);
        } catch (DateTimeException _) {
            return otherwise;
        }
    }

    /// Two periods have passed with records that are not sealed. A relay that waits for more of them first
    /// (`auto_seal.min_events_between_seals`) does not say so.
    boolean isSealLate() {
        return isAuto && behind > 0 && age.compareTo(Duration.ofMinutes(2 * Math.max(1, intervalMinutes))) > 0;
    }

    /// The newest seal and what is behind it, for people.
    String seals() {
        if (sealedAt == null) {
            return "none" + (behind > 0 ? ", " + Human.count(behind, "record") + " not sealed" : "");
        }
        return "last at " + Human.visible(sealedAt, 40) + ", " + Human.duration(age) + " ago, "
                + (behind == 0 ? "nothing" : Human.count(behind, "record")) + " behind it";
    }

    String auto() {
        return isAuto ? "on, every " + intervalMinutes + " m" : "off: only when asked (cairn seal)";
    }

    String witnesses() {
        return quorum() + (contradictions == 0 ? "" : "; " + contradicted(contradictions));
    }

    /// Whether somebody must look at what witnesses say.
    boolean isQuorumInDoubt() {
        return isQuorumLate || contradictions > 0;
    }

    static String contradicted(long times) {
        return (times == 1 ? "a seal was contradicted" : "seals were contradicted " + times + " times")
                + " since the relay started";
    }

    private String quorum() {
        if (!areWitnessesAsked) {
            return "off";
        }
        if (isQuorumLate) {
            return "quorum overdue for the last seal";
        }
        if (quorumMet == null) {
            return "on, nothing to confirm yet";
        }
        return quorumMet ? "quorum met for the last seal" : "quorum not met yet for the last seal";
    }

    JsonText addTo(JsonText json) {
        return json.put("seals_total", total)
                .put("last_seal_at", sealedAt)
                .putRaw("last_seal_age_ms", sealedAt == null ? "null" : String.valueOf(age.toMillis()))
                .put("records_behind_seal", behind)
                .put("auto_seal_enabled", isAuto)
                .put("auto_seal_interval_minutes", intervalMinutes)
                .put("seal_late", isSealLate())
                .put("witness_enabled", areWitnessesAsked)
                .putRaw("witness_quorum_met", String.valueOf(quorumMet))
                .put("quorum_late", isQuorumLate)
                .put("witness_contradictions", contradictions);
    }
}

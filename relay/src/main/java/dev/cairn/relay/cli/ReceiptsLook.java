package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import org.jspecify.annotations.Nullable;

/// What a running relay says of its receipts.
///
/// @param state `off`, `opening`, `serving` or `waiting`; `null` where the relay does not say
/// @param reason why they wait; `null` unless they do
/// @param rootChain `null` as long as the store is not open, and so is `key`
/// @param sealedAt when they were sealed last; `null` if they never were
/// @param sealed how many of them that seal covers
/// @param quorumMet whether enough witnesses have confirmed it; `null` where none is asked
/// @param isQuorumLate whether the relay says that no seal has had its quorum for longer than may be
/// @param contradictions how often a witness said something against a seal since the relay started
record ReceiptsLook(
        @Nullable String state,
        @Nullable String reason,
        @Nullable String rootChain,
        long rootTip,
        @Nullable String tipHash,
        long stored,
        @Nullable String key,
        @Nullable String sealedAt,
        long sealed,
        @Nullable Boolean quorumMet,
        boolean isQuorumLate,
        long contradictions) {

    static final String QUESTION = "{\"protocol_version\":1,\"type\":\"receipts_status\"}";

    /// @param answer to [#QUESTION], of whatever age the relay is
    static ReceiptsLook of(JsonObject answer) {
        String quorum = answer.raw("witness_quorum_met");
        return new ReceiptsLook(
                answer.text("state"),
                answer.text("reason"),
                answer.text("root_chain"),
                answer.number("root_tip", 0),
                answer.text("tip_hash"),
                answer.number("receipts", 0),
                answer.text("key"),
                answer.text("last_seal_at"),
                answer.number("sealed", 0),
                "true".equals(quorum) ? Boolean.TRUE : "false".equals(quorum) ? Boolean.FALSE : null,
                answer.isTrue("witness_quorum_overdue"),
                answer.number("witness_contradictions", 0));
    }

    private boolean isEnabled() {
        return state != null && !state.equals("off");
    }

    /// Why frames wait; `null` while they do not.
    @Nullable
    String complaint() {
        if ("waiting".equals(state)) {
            return "receipts: " + (reason == null ? "no reason given" : reason);
        }
        return "opening".equals(state) ? "receipts: they are being opened" : null;
    }

    /// For people.
    String shown() {
        if (!isEnabled()) {
            return state == null ? "unknown: the relay does not say" : "off";
        }
        if (rootChain == null) {
            return "not open yet, frames wait";
        }
        String tip = tipHash == null ? "" : " at " + rootTip + ", tip " + Human.shortHash(tipHash);
        return Human.count(stored, "receipt") + ", chain " + Human.visible(rootChain, 100) + tip;
    }

    /// How far they are sealed, for people.
    String seals() {
        if (sealedAt == null) {
            return "not sealed yet";
        }
        String behind = stored > sealed ? Human.count(stored - sealed, "receipt") : "nothing";
        return "sealed at " + Human.visible(sealedAt, 40) + ", " + behind + " behind it" + confirmed();
    }

    /// Whether somebody must look at what witnesses say.
    boolean isQuorumInDoubt() {
        return isQuorumLate || contradictions > 0;
    }

    private String confirmed() {
        String quorum = quorumMet == null ? "" : quorumMet ? ", quorum met" : ", quorum not met yet";
        return (isQuorumLate ? ", quorum overdue" : quorum)
                + (contradictions == 0 ? "" : "; " + SealLook.contradicted(contradictions));
    }

    JsonText addTo(JsonText json) {
        return json.put("receipts_enabled", isEnabled())
                .put("receipts_open", rootChain != null)
                .put("receipts_reason", reason)
                .put("receipts_root_chain", rootChain)
                .put("receipts_root_tip", rootTip)
                .put("receipts_tip_hash", tipHash)
                .put("receipts_stored", stored)
                .put("receipts_key", key)
                .put("receipts_sealed_at", sealedAt)
                .put("receipts_sealed", sealed)
                .putRaw("receipts_quorum_met", String.valueOf(quorumMet))
                .put("receipts_quorum_late", isQuorumLate)
                .put("receipts_witness_contradictions", contradictions);
    }
}

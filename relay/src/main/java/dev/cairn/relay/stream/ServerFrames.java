package dev.cairn.relay.stream;

import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.SealedStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;

/// The texts of what the relay says to subscribers, records aside (`docs/stream.md`).
final class ServerFrames {

    /// The audit chain; those of receipts begin with [ReceiptFeeds#PREFIX].
    static final String CHAIN = "audit";

    private ServerFrames() {}

    /// @param degraded the reason by part, of all that cannot do their work now
    /// @param tips of the chains to tell of, by name
    static String welcome(Map<String, Long> tips, Duration heartbeat, Map<String, String> degraded) {
        JsonArray chains = new JsonArray();
        tips.forEach(
                (chain, tip) -> chains.add(new JsonObject().put("chain", chain).put("tip", tip)));
        JsonArray parts = new JsonArray();
        degraded.forEach(
                (part, reason) -> parts.add(new JsonObject().put("part", part).put("reason", reason)));
        return frame("welcome")
                .put("v", ClientFrame.VERSION)
                .put("chains", chains)
                .put("beatSec", heartbeat.toSeconds())
                .put("degraded", parts)
                .encode();
    }

    static String subok(String chain, long since, long tip) {
        return frame("subok")
                .put("chain", chain)
                .put("since", since)
                .put("tip", tip)
                .encode();
    }

    static String live(String chain, long seq) {
        return frame("live").put("chain", chain).put("seq", seq).encode();
    }

    /// @param line a heartbeat line, which is JSON and goes in verbatim
    static String beat(String line) {
        return "{\"t\":\"beat\",\"chain\":\"" + CHAIN + "\",\"heartbeat\":" + line + "}";
    }

    static String closed(String chain, String code, long tip) {
        return frame("closed")
                .put("chain", chain)
                .put("code", code)
                .put("tip", tip)
                .encode();
    }

    static String degraded(String part, String reason) {
        return control("degraded").put("part", part).put("reason", reason).encode();
    }

    static String recovered(String part) {
        return control("recovered").put("part", part).encode();
    }

    static String stopping() {
        return control("stopping").encode();
    }

    static String sealed(Sealed sealed) {
        return ofSeal("sealed", sealed.store(), sealed.tip())
                .put("sealedAt", sealed.sealedAt())
                .encode();
    }

    static String quorumMet(QuorumMet met) {
        return ofSeal("quorum_met", met.store(), met.tip())
                .put("confirmed", met.confirmed())
                .put("quorum", met.quorum())
                .encode();
    }

    static String quorumLost(QuorumLost lost) {
        return ofSeal("quorum_lost", lost.store(), lost.tip())
                .put("confirmed", lost.confirmed())
                .put("quorum", lost.quorum())
                .encode();
    }

    static String quorumOverdue(QuorumOverdue overdue) {
        return ofSeal("quorum_overdue", overdue.store(), overdue.tip())
                .put("unmetSec", overdue.seconds())
                .encode();
    }

    /// What the witness shows instead is absent where it shows nothing, and the key where nobody signed it.
    static String witnessContradiction(WitnessContradiction said) {
        SealedTip named = said.what().named();
        JsonObject frame = ofSeal("witness_contradiction", said.store(), said.tip())
                .put("witness", said.witness())
                .put("form", said.what().form().wireName());
        if (named != null) {
            frame.put("namedSeq", named.count()).put("namedHash", named.tip().text());
        }
        if (said.what().signer() != null) {
            frame.put("signedBy", said.what().signer().text());
        }
        return frame.encode();
    }

    /// What is sealed, the seal's count and tip.
    private static JsonObject ofSeal(String type, SealedStore store, Tip tip) {
        return control(type).put("chain", store.text()).put("seq", tip.count()).put("hash", String.valueOf(tip.hash()));
    }

    static String lagging(String chain, long behind) {
        return control("subscriber_lagging")
                .put("chain", chain)
                .put("behind", behind)
                .encode();
    }

    static String err(Refusal refusal, String detail) {
        return frame("err").put("code", refusal.code()).put("detail", detail).encode();
    }

    private static JsonObject control(String type) {
        return frame("ctl").put("type", type);
    }

    private static JsonObject frame(String t) {
        return new JsonObject().put("t", t);
    }
}

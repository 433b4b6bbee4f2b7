package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.json.JsonText;
import java.time.Instant;

/// What is posted to a witness: the dialect has two such bodies, told apart by `type` and `protocol`
/// (`specs/audit-relay.md` 6.1, 6.2).
public sealed interface AnchorRequest {

    /// Bytes of the longest body that is worth reading.
    int BODY_MAX = 64 * 1024;

    String RELAY_TYPE = "patchwork-seal-anchor";
    String USER_PROTOCOL = "patchwork-witness-v1";

    SealedTip seal();

    /// The body, members in the dialect's order.
    String text();

    default byte[] toBytes() {
        return text().getBytes(UTF_8);
    }

    /// What a relay posts after each seal.
    ///
    /// @param sealLine the line of the seals file, without its newline
    /// @param chain where the chain stands by now, at or beyond what is sealed
    /// @param anchoredAt ISO ms UTC when we write it
    record RelaySeal(SealedTip seal, String sealLine, Tip chain, String anchoredAt) implements AnchorRequest {

        @Override
        public String text() {
            return JsonText.object()
                    .put("type", RELAY_TYPE)
                    .put("version", 1)
                    .putRaw("seal", sealLine)
                    .put(
                            "relay_chain_tip",
                            chain.hash() == null ? null : chain.hash().text())
                    .put("relay_event_count", chain.count())
                    .put("anchored_at", anchoredAt)
                    .toString();
        }
    }

    /// What a user's command line posts for the user's own chain.
    ///
    /// @param requestedAt ISO ms UTC when we write it
    record UserSeal(SealedTip seal, String requestedAt) implements AnchorRequest {

        @Override
        public String text() {
            JsonText text = JsonText.object()
                    .put("protocol", USER_PROTOCOL)
                    .put("tip_hash", seal.tip().text())
                    .put("chained_events", seal.count())
                    .put("seal_signature", seal.signature());
            if (seal.keyId() != null) {
                text.put("key_id", seal.keyId());
            }
            return text.put("requested_at", requestedAt).toString();
        }
    }

    /// The request that a relay makes for a line of its seals file.
    ///
    /// @throws IllegalArgumentException if that is no seal
    static RelaySeal ofRelaySeal(String sealLine, Tip chain, Instant now) {
        String line = sealLine.strip();
        return new RelaySeal(SealedTip.ofSealLine(line), line, chain, HeartbeatLine.isoMillis(now));
    }

    /// The request that a user makes for the newest seal of their own chain.
    static UserSeal ofUserSeal(SealedTip seal, Instant now) {
        return new UserSeal(seal, HeartbeatLine.isoMillis(now));
    }

    /// Reads a body of either form; unknown members are ignored.
    ///
    /// @throws IllegalArgumentException that names the member at fault and shows nothing of the body
    static AnchorRequest read(byte[] body) {
        return AnchorRequestReader.read(body);
    }
}

package dev.cairn.protocol.seal;

import dev.cairn.protocol.json.JsonText;
import org.jspecify.annotations.Nullable;

/// A keyed signature over a tip: one line of `seals.relay.jsonl` (`specs/audit-relay.md` 5.1), or of
/// `receipts.seals.jsonl` (`specs/receipts.md` 6.7).
///
/// @param signature over the payload's text
/// @param keyId absent in old seals of users only
/// @param heads the chains that the tip is made of; absent in seals of a single chain
/// @param link absent in seals of the peer and in those that have heads
public record Seal(
        SealPayload payload,
        String signature,
        @Nullable String keyId,
        @Nullable ChainHeads heads,
        @Nullable SealLink link) {

    /// A seal as the peer makes them, tied to none before it.
    public static Seal sign(SealPayload payload, SealKey key) {
        return new Seal(payload, key.sign(payload.text()), key.id(), null, null);
    }

    Seal linked(SealLink newLink) {
        return new Seal(payload, signature, keyId, heads, newLink);
    }

    Seal of(ChainHeads newHeads) {
        return new Seal(payload, signature, keyId, newHeads, link);
    }

    /// Whether `key` has signed both what the seal says and its place among the others.
    public boolean isSignedBy(SealKey key) {
        return key.verifies(payload.text(), signature) && (link == null || link.isSignedBy(key, signature));
    }

    /// The line, without its newline: the dialect's five members in their order, then ours.
    public String line() {
        JsonText line = common();
        if (heads != null) {
            line.putRaw("heads", heads.text());
        }
        if (link != null) {
            String previous = link.previous() == null ? null : link.previous().text();
            line.put(
                    "_seal",
                    JsonText.object()
                            .put("seq", link.seq())
                            .put("prev_hash", previous)
                            .put("log_offset", link.logOffset())
                            .put("signature", link.signature()));
        }
        return line.toString();
    }

    /// The line as witnesses get it: the names of chains are no business of theirs, and the tip covers them.
    public String publicLine() {
        return heads == null ? line() : common().toString();
    }

    private JsonText common() {
        JsonText line = JsonText.object()
                .put("sealed_at", payload.sealedAt())
                .put("tip_hash", payload.tip().text())
                .put("chained_events", payload.count())
                .put("signature", signature);
        if (keyId != null) {
            line.put("key_id", keyId);
        }
        return line;
    }
}

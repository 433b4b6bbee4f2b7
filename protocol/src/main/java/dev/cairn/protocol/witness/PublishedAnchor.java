package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.UtcDatetime;
import dev.cairn.protocol.json.JsonText;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// A line of a user's `witnesses.jsonl` (`specs/audit-relay.md` 6.2): an anchor that a witness gave for a
/// seal of the user's chain.
///
/// @param witnessedAt by the witness, or when it was asked if it did not say
/// @param witnessUrl where it was asked
public record PublishedAnchor(
        SealedTip seal,
        String witnessedAt,
        String witnessUrl,
        String anchorId,
        @Nullable String receiptHash) {

    private static final int TEXT_MAX = 4096;

    /// What a reply of 2xx is worth.
    ///
    /// @throws IllegalArgumentException why it is worth nothing
    public static PublishedAnchor accept(AnchorRequest.UserSeal request, URI witness, WitnessReply reply) {
        if (!reply.isObject()) {
            throw new IllegalArgumentException("the reply is no JSON object");
        }
        String id = reply.anchorId()
                .orElseThrow(() -> new IllegalArgumentException("the reply's anchor_id is missing or no text"));
        reply.contradictionOf(request.seal()).ifPresent(member -> {
            throw new IllegalArgumentException("the reply names another " + member);
        });
        String at = reply.witnessedAt().orElse(request.requestedAt());
        if (!UtcDatetime.isValid(at)) {
            throw new IllegalArgumentException("the reply's witnessed_at is no time in UTC");
        }
        return new PublishedAnchor(
                request.seal(),
                at,
                WitnessUrl.of(witness).text(),
                id,
                reply.receiptHash().orElse(null));
    }

    /// Reads a line.
    ///
    /// @throws IllegalArgumentException that names the member at fault
    public static PublishedAnchor read(String line) {
        ObjectReader anchor = ObjectReader.parse(line.strip().getBytes(UTF_8));
        if (anchor.count("schema_version") != 1) {
            throw new IllegalArgumentException("schema_version: expected 1");
        }
        return new PublishedAnchor(
                SealedTip.read(anchor, "seal_signature"),
                anchor.text("witnessed_at", TEXT_MAX),
                anchor.text("witness_url", TEXT_MAX),
                anchor.text("anchor_id", TEXT_MAX),
                anchor.textIfAny("receipt_hash"));
    }

    /// The line, without a newline.
    public String text() {
        JsonText text = JsonText.object()
                .put("schema_version", 1)
                .put("witnessed_at", witnessedAt)
                .put("tip_hash", seal.tip().text())
                .put("chained_events", seal.count())
                .put("seal_signature", seal.signature())
                .put("witness_url", witnessUrl)
                .put("anchor_id", anchorId);
        if (seal.keyId() != null) {
            text.put("key_id", seal.keyId());
        }
        if (receiptHash != null) {
            text.put("receipt_hash", receiptHash);
        }
        return text.toString();
    }
}

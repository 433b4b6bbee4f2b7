package dev.cairn.protocol.receipt;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes receipts of version 0.5.0 (`specs/receipts.md` 3) of frames, losses, ends and rotations: all but
/// their place in a chain and their signature. The canonical text is written as it goes, members in their order.
///
/// Reusable; not thread-safe: one for each thread that reads frames.
public final class Composer {

    private static final byte[] HEAD = ReceiptText.ascii("{\"@context\":[\"https://www.w3.org/ns/credentials/v2\","
            + "\"https://agentreceipts.ai/context/v2\"],\"credentialSubject\":{");
    private static final byte[] CORRELATION_ID = ReceiptText.name("correlation_id");
    private static final byte[] INTENT = ReceiptText.name("intent");
    private static final byte[] PROMPT_PREVIEW = ReceiptText.name("prompt_preview");
    private static final byte[] TRUNCATED = ReceiptText.ascii("\"prompt_preview_truncated\":true,");
    private static final byte[] KEY_ROTATION = ReceiptText.name("keyRotation");
    private static final byte[] OUTCOME = ReceiptText.name("outcome");
    private static final byte[] ERROR = ReceiptText.name("error");
    private static final byte[] RESPONSE_HASH = ReceiptText.name("response_hash");
    private static final byte[] STATUS = ReceiptText.name("status");
    private static final byte[] PRINCIPAL = ReceiptText.name("principal");
    private static final byte[] ID = ReceiptText.name("id");
    private static final byte[] ISSUANCE_DATE = ReceiptText.name("issuanceDate");

    private final ReceiptRules rules;
    private final UuidSource ids;
    private final Consumer<String> undisclosed;
    private final ReceiptText text = new ReceiptText(4096);
    private final ActionText action = new ActionText(text);
    private final IssuerText issuer = new IssuerText(text);
    private final SecondText clock = new SecondText();
    private int chainAt;
    private int delegationAt;

    public Composer(ReceiptRules rules, UuidSource ids) {
        this(rules, ids, _ -> {});
    }

    /// @param undisclosed is told why an input that was to be disclosed is not (`specs/receipts.md` 3.11);
    /// nothing
    ///     of the input is part of that
    public Composer(ReceiptRules rules, UuidSource ids, Consumer<String> undisclosed) {
        this.rules = rules;
        this.ids = ids;
        this.undisclosed = undisclosed;
    }

    /// The receipt of a tool call.
    ///
    /// @param principalId one of the forms of [PrincipalId]
    public PreparedReceipt live(Frame frame, ReceiptPeer peer, String principalId, Instant at) {
        RiskLevel risk = rules.risks().of(frame.actionType());
        ReceiptColumns columns =
                columns(frame.actionType(), frame.tool().name(), risk, frame.status(), principalId, at);
        begin();
        action.live(columns, actionId(), frame, peer, rules.envelope(frame.disclosable(), undisclosed));
        endAction(frame.correlationId());
        intent(rules.preview(frame.promptPreview()));
        endSubject(columns, rules.error(frame.error()), frame.outputHash());
        issuer.live(rules.issuerId(), frame);
        return prepared(columns, frame.runtime().agentId(), Ending.NONE, 0);
    }

    /// What goes before the [#live] receipt of a frame with a drop count: the emitter's word on its losses.
    public PreparedReceipt claimedDrops(
            long dropCount, String sessionId, String agentId, ReceiptPeer peer, String principalId, Instant at) {
        ReceiptColumns columns = drops(dropCount, peer, principalId, at);
        issuer.drops(rules.issuerId(), null, sessionId);
        return prepared(columns, agentId, Ending.NONE, dropCount);
    }

    /// What the relay lost of a peer's events; for the root chain.
    ///
    /// @param sessionId of the last frame accepted on its connection; `null` if there was none
    public PreparedReceipt relayDrops(
            DropReasons reasons, @Nullable String sessionId, ReceiptPeer peer, String principalId, Instant at) {
        ReceiptColumns columns = drops(reasons.total(), peer, principalId, at);
        issuer.drops(rules.issuerId(), reasons, sessionId == null ? "" : sessionId);
        return prepared(columns, "", Ending.NONE, reasons.total());
    }

    /// The end of a chain whose relay stops (`specs/receipts.md` 3.7).
    public PreparedReceipt terminator(Instant at) {
        ReceiptColumns columns = success(
                "agent_receipts.chain_interrupted", "chain_interrupted", RiskLevel.LOW, PrincipalId.UNKNOWN, at);
        begin();
        action.own(columns, actionId());
        endAction("");
        endSubject(columns, "", "");
        issuer.terminator(rules.issuerId());
        return prepared(columns, "", Ending.INTERRUPTED, 0);
    }

    /// The change of the signing key (`specs/receipts.md` 6.5); to be signed with the old one.
    public PreparedReceipt rotation(KeyRotation rotation, Instant at) {
        ReceiptColumns columns = success("agent.key.rotate", "", RiskLevel.HIGH, rules.issuerId(), at);
        begin();
        action.own(columns, actionId());
        endAction("");
        keys(rotation.oldKey(), rotation.newKey());
        endSubject(columns, "", "");
        issuer.rotation(rules.issuerId());
        return prepared(columns, "", Ending.NONE, 0);
    }

    private ReceiptColumns drops(long count, ReceiptPeer peer, String principalId, Instant at) {
        if (count < 1) {
            throw new IllegalArgumentException("no drops to record: " + count);
        }
        ReceiptColumns columns =
                success("agent_receipts.events_dropped", "events_dropped", RiskLevel.LOW, principalId, at);
        begin();
        action.drops(columns, actionId(), count, peer);
        endAction("");
        endSubject(columns, "", "");
        return columns;
    }

    private ReceiptColumns success(String actionType, String toolName, RiskLevel risk, String principalId, Instant at) {
        return columns(actionType, toolName, risk, ReceiptStatus.SUCCESS, principalId, at);
    }

    private ReceiptColumns columns(
            String actionType, String toolName, RiskLevel risk, ReceiptStatus status, String principalId, Instant at) {
        return new ReceiptColumns(
                "urn:receipt:" + ids.next(),
                actionType,
                toolName,
                risk,
                status,
                clock.of(at),
                rules.issuerId(),
                principalId);
    }

    private String actionId() {
        return "act_" + ids.next();
    }

    private void begin() {
        text.clear();
        text.raw(HEAD);
    }

    /// Marks the gaps that a place in a chain will fill: `chain` before the correlation id, `delegation`
    /// behind.
    private void endAction(String correlationId) {
        chainAt = text.length();
        text.optional(CORRELATION_ID, correlationId);
        delegationAt = text.length();
    }

    private void intent(PromptPreview preview) {
        if (!preview.text().isEmpty()) {
            text.open(INTENT).text(PROMPT_PREVIEW, preview.text());
            if (preview.isTruncated()) {
                text.raw(TRUNCATED);
            }
            text.close();
        }
    }

    private void keys(Ed25519PublicKey oldKey, Ed25519PublicKey newKey) {
        text.open(KEY_ROTATION)
                .text(ReceiptText.name("event_type"), "key_rotated")
                .text(ReceiptText.name("new_algorithm"), "ed25519")
                .text(ReceiptText.name("new_key_fingerprint"), KeyRotation.fingerprint(newKey))
                .text(ReceiptText.name("new_public_key"), newKey.text())
                .text(ReceiptText.name("old_algorithm"), "ed25519")
                .text(ReceiptText.name("old_key_fingerprint"), KeyRotation.fingerprint(oldKey))
                .text(ReceiptText.name("signed_with"), "old")
                .close();
    }

    /// From the outcome up to the issuer.
    private void endSubject(ReceiptColumns columns, String error, String responseHash) {
        text.open(OUTCOME)
                .optional(ERROR, error)
                .optional(RESPONSE_HASH, responseHash)
                .text(STATUS, columns.status().text())
                .close()
                .open(PRINCIPAL)
                .text(ID, columns.principalId())
                .close()
                .close()
                .text(ID, columns.id())
                .text(ISSUANCE_DATE, columns.timestamp());
    }

    private PreparedReceipt prepared(ReceiptColumns columns, String agentId, Ending ending, long drops) {
        byte[] prepared = text.raw(PreparedReceipt.TAIL).toByteArray();
        text.clear();
        return new PreparedReceipt(columns, agentId, ending, drops, prepared, chainAt, delegationAt);
    }
}

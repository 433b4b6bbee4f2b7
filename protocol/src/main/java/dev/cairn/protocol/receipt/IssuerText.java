package dev.cairn.protocol.receipt;

import org.jspecify.annotations.Nullable;

/// Writes a receipt's `issuer` (`specs/receipts.md` 3.2).
final class IssuerText {

    private static final byte[] ISSUER = ReceiptText.name("issuer");
    private static final byte[] ID = ReceiptText.name("id");
    private static final byte[] MODEL = ReceiptText.name("model");
    private static final byte[] NAME = ReceiptText.name("name");
    private static final byte[] OPERATOR = ReceiptText.name("operator");
    private static final byte[] RUNTIME = ReceiptText.name("runtime");
    private static final byte[] AGENT_ID = ReceiptText.name("agent_id");
    private static final byte[] AGENT_TYPE = ReceiptText.name("agent_type");
    private static final byte[] CAPTURE_METHOD = ReceiptText.name("capture_method");
    private static final byte[] USAGE = ReceiptText.name("usage");
    private static final byte[] DROPPED_BY_RELAY = ReceiptText.ascii("\"dropped_by\":\"relay\",");
    private static final byte[] REASONS = ReceiptText.name("reasons");
    private static final byte[] FRAMING = ReceiptText.name("framing");
    private static final byte[] INVALID = ReceiptText.name("invalid");
    private static final byte[] SHED = ReceiptText.name("shed");
    private static final byte[] STORE = ReceiptText.name("store");
    private static final byte[] SESSION_ID = ReceiptText.name("session_id");
    private static final byte[] DAEMON = ReceiptText.ascii("\"type\":\"AgentReceiptsDaemon\",");

    private final ReceiptText text;

    IssuerText(ReceiptText text) {
        this.text = text;
    }

    /// Of a tool call.
    void live(String id, Frame frame) {
        Frame.Issuer issuer = frame.issuer();
        text.open(ISSUER).text(ID, id).optional(MODEL, issuer.model()).optional(NAME, issuer.name());
        if (!issuer.operatorId().isEmpty()) {
            text.open(OPERATOR)
                    .text(ID, issuer.operatorId())
                    .text(NAME, issuer.operatorName()) // Always, also when it is empty.
                    .close();
        }
        if (frame.runtime().isPresent()) {
            runtime(frame.runtime());
        }
        text.text(SESSION_ID, frame.sessionId()).raw(DAEMON).close();
    }

    /// Of a loss of events.
    ///
    /// @param reasons if they were lost by the relay
    /// @param sessionId empty if there was none
    void drops(String id, @Nullable DropReasons reasons, String sessionId) {
        text.open(ISSUER).text(ID, id);
        if (reasons != null) {
            text.open(RUNTIME)
                    .raw(DROPPED_BY_RELAY)
                    .open(REASONS)
                    .optional(FRAMING, reasons.framing())
                    .optional(INVALID, reasons.invalid())
                    .optional(SHED, reasons.shed())
                    .optional(STORE, reasons.store())
                    .close()
                    .close();
        }
        text.optional(SESSION_ID, sessionId).raw(DAEMON).close();
    }

    /// Of a chain's end.
    void terminator(String id) {
        text.open(ISSUER).text(ID, id).raw(DAEMON).close();
    }

    /// Of a key rotation.
    void rotation(String id) {
        text.open(ISSUER).text(ID, id).close();
    }

    private void runtime(Frame.AgentRuntime runtime) {
        text.open(RUNTIME)
                .optional(AGENT_ID, runtime.agentId())
                .optional(AGENT_TYPE, runtime.agentType())
                .optional(CAPTURE_METHOD, runtime.captureMethod())
                .optional(MODEL, runtime.model());
        if (!runtime.usage().isEmpty()) {
            text.json(USAGE, runtime.usage());
        }
        text.close();
    }
}

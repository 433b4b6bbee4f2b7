package dev.cairn.protocol.receipt;

import org.jspecify.annotations.Nullable;

/// Writes a receipt's `action` (`specs/receipts.md` 3.3).
final class ActionText {

    private static final byte[] ACTION = ReceiptText.name("action");
    private static final byte[] EMITTER_METADATA = ReceiptText.name("emitter_metadata");
    private static final byte[] DROP_COUNT = ReceiptText.name("drop_count");
    private static final byte[] ID = ReceiptText.name("id");
    private static final byte[] IDEMPOTENCY_KEY = ReceiptText.name("idempotency_key");
    private static final byte[] DISCLOSURE = ReceiptText.name("parameters_disclosure");
    private static final byte[] PARAMETERS_HASH = ReceiptText.name("parameters_hash");
    private static final byte[] PEER = ReceiptText.name("peer_credential");
    private static final byte[] EXE_PATH = ReceiptText.name("exe_path");
    private static final byte[] GID = ReceiptText.name("gid");
    private static final byte[] PID = ReceiptText.name("pid");
    private static final byte[] PLATFORM = ReceiptText.name("platform");
    private static final byte[] UID = ReceiptText.name("uid");
    private static final byte[] RISK_LEVEL = ReceiptText.name("risk_level");
    private static final byte[] TARGET = ReceiptText.name("target");
    private static final byte[] RESOURCE = ReceiptText.name("resource");
    private static final byte[] SYSTEM = ReceiptText.name("system");
    private static final byte[] TIMESTAMP = ReceiptText.name("timestamp");
    private static final byte[] TOOL_NAME = ReceiptText.name("tool_name");
    private static final byte[] TYPE = ReceiptText.name("type");

    private final ReceiptText text;

    ActionText(ReceiptText text) {
        this.text = text;
    }

    /// A tool call.
    ///
    /// @param envelope the disclosure of the input, canonical JSON
    void live(ReceiptColumns columns, String id, Frame frame, ReceiptPeer peer, @Nullable String envelope) {
        text.open(ACTION).text(ID, id).optional(IDEMPOTENCY_KEY, frame.idempotencyKey());
        if (envelope != null) {
            text.json(DISCLOSURE, envelope);
        }
        text.optional(PARAMETERS_HASH, frame.inputHash());
        peer(peer);
        text.text(RISK_LEVEL, columns.riskLevel().text());
        if (frame.target().isPresent()) {
            text.open(TARGET)
                    .text(RESOURCE, frame.target().resource())
                    .text(SYSTEM, frame.target().system())
                    .close();
        }
        end(columns);
    }

    /// A loss of events.
    void drops(ReceiptColumns columns, String id, long count, ReceiptPeer peer) {
        text.open(ACTION)
                .open(EMITTER_METADATA)
                .count(DROP_COUNT, count)
                .close()
                .text(ID, id);
        peer(peer);
        text.text(RISK_LEVEL, columns.riskLevel().text());
        end(columns);
    }

    /// What the relay does of its own accord.
    void own(ReceiptColumns columns, String id) {
        text.open(ACTION).text(ID, id).text(RISK_LEVEL, columns.riskLevel().text());
        end(columns);
    }

    private void peer(ReceiptPeer peer) {
        String exePath = peer.exePath();
        text.open(PEER)
                .optional(EXE_PATH, exePath == null ? "" : exePath)
                .number(GID, peer.gid())
                .number(PID, peer.pid())
                .text(PLATFORM, peer.platform())
                .number(UID, peer.uid())
                .close();
    }

    private void end(ReceiptColumns columns) {
        text.text(TIMESTAMP, columns.timestamp())
                .optional(TOOL_NAME, columns.toolName())
                .text(TYPE, columns.actionType())
                .close();
    }
}

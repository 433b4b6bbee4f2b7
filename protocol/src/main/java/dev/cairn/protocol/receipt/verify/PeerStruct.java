package dev.cairn.protocol.receipt.verify;

import static dev.cairn.protocol.receipt.verify.StructMember.always;
import static dev.cairn.protocol.receipt.verify.StructMember.given;
import static dev.cairn.protocol.receipt.verify.StructMember.present;

import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.receipt.verify.StructMember.Form;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The members that the peer's own verifier models (`specs/receipts.md` 3.9). It reads a receipt into
/// structs and writes it again before it checks the signature, so one that loses something on the way is
/// BROKEN to it, however genuine.
final class PeerStruct {

    private static final StructShape TARGET =
            StructShape.closed(always("system", Form.TEXT), given("resource", Form.TEXT));

    private static final StructShape DISCLOSURE = StructShape.closed(
            always("v", Form.TEXT),
            always("alg", Form.TEXT),
            always("recipients", List.of(StructShape.closed(always("kid", Form.TEXT), always("enc", Form.TEXT)))),
            always("ct", Form.TEXT));

    private static final StructShape PEER = StructShape.closed(
            always("platform", Form.TEXT),
            always("pid", Form.INT_32),
            present("uid", Form.UNSIGNED_32),
            present("gid", Form.UNSIGNED_32),
            given("exe_path", Form.TEXT));

    private static final StructShape ACTION = StructShape.closed(
            always("id", Form.TEXT),
            always("type", Form.TEXT),
            always("risk_level", Form.TEXT),
            always("timestamp", Form.TEXT),
            given("tool_name", Form.TEXT),
            given("parameters_hash", Form.TEXT),
            given("trusted_timestamp", Form.TEXT),
            given("idempotency_key", Form.TEXT),
            present("target", TARGET),
            present("parameters_disclosure", DISCLOSURE),
            present("peer_credential", PEER),
            present("emitter_metadata", StructShape.closed(given("drop_count", Form.INT_64))));

    private static final StructShape INTENT = StructShape.closed(
            given("conversation_hash", Form.TEXT),
            given("prompt_preview", Form.TEXT),
            given("reasoning_hash", Form.TEXT),
            present("prompt_preview_truncated", Form.FLAG));

    private static final StructShape OUTCOME = StructShape.closed(
            always("status", Form.TEXT),
            given("error", Form.TEXT),
            given("reversal_method", Form.TEXT),
            given("reversal_of", Form.TEXT),
            given("response_hash", Form.TEXT),
            present("reversible", Form.FLAG),
            present("reversal_window_seconds", Form.INT_64),
            present(
                    "state_change",
                    StructShape.closed(always("before_hash", Form.TEXT), always("after_hash", Form.TEXT))));

    private static final StructShape AUTHORIZATION = StructShape.closed(
            always("scopes", Form.TEXTS),
            always("granted_at", Form.TEXT),
            given("expires_at", Form.TEXT),
            given("grant_ref", Form.TEXT));

    private static final StructShape CHAIN = StructShape.closed(
            always("sequence", Form.INT_64),
            always("chain_id", Form.TEXT),
            always("previous_receipt_hash", Form.TEXT_OR_NULL),
            present("terminal", Form.TRUE),
            given("status", Form.TEXT));

    private static final StructShape ROTATION = StructShape.closed(
            always("event_type", Form.TEXT),
            always("new_public_key", Form.TEXT),
            always("old_key_fingerprint", Form.TEXT),
            always("new_key_fingerprint", Form.TEXT),
            always("old_algorithm", Form.TEXT),
            always("new_algorithm", Form.TEXT),
            always("signed_with", Form.TEXT));

    private static final StructShape DELEGATION = StructShape.closed(
            always("parent_chain_id", Form.TEXT),
            always("parent_receipt_id", Form.TEXT),
            always("delegator", StructShape.closed(always("id", Form.TEXT))));

    private static final StructShape SUBJECT = StructShape.closed(
            always("principal", StructShape.closed(always("id", Form.TEXT), given("type", Form.TEXT))),
            always("action", ACTION),
            present("intent", INTENT),
            always("outcome", OUTCOME),
            present("authorization", AUTHORIZATION),
            always("chain", CHAIN),
            present("keyRotation", ROTATION),
            given("correlation_id", Form.TEXT),
            present("delegation", DELEGATION));

    private static final StructShape ISSUER = StructShape.closed(
            always("id", Form.TEXT),
            given("type", Form.TEXT),
            given("name", Form.TEXT),
            given("model", Form.TEXT),
            given("session_id", Form.TEXT),
            present("operator", StructShape.closed(always("id", Form.TEXT), always("name", Form.TEXT))),
            present(
                    "runtime",
                    StructShape.open(
                            given("agent_id", Form.TEXT),
                            given("agent_type", Form.TEXT),
                            given("model", Form.TEXT),
                            given("capture_method", Form.TEXT))));

    private static final StructShape RECEIPT = StructShape.closed(
            always("@context", Form.TEXTS),
            always("id", Form.TEXT),
            always("type", Form.TEXTS),
            always("version", Form.TEXT),
            always("issuer", ISSUER),
            always("issuanceDate", Form.TEXT),
            always("credentialSubject", SUBJECT),
            always("proof", Form.ANY));

    private PeerStruct() {}

    /// The path of the first member that would not survive and why it would not; null if all do.
    static @Nullable String firstLost(JsonTape tape) {
        return RECEIPT.firstLost(tape, 0);
    }
}

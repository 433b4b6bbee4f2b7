package dev.cairn.protocol.audit;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditRequest.ChainState;
import dev.cairn.protocol.audit.AuditRequest.Event;
import dev.cairn.protocol.audit.AuditRequest.Ping;
import dev.cairn.protocol.audit.AuditRequest.ReceiptsStatus;
import dev.cairn.protocol.audit.AuditRequest.Refused;
import dev.cairn.protocol.audit.AuditRequest.RotateReceiptsKey;
import dev.cairn.protocol.audit.AuditRequest.SealNow;
import dev.cairn.protocol.audit.AuditRequest.SealStatus;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.Words;

/// Reads request lines, in the form that clients send and in the documented one (`specs/audit-relay.md` 1.2,
/// 1.3 and 13). Any bytes give a request or a typed refusal.
///
/// Reusable; not thread-safe.
public final class AuditRequestReader {

    /// The longest data that can be signed, in UTF-16 units.
    public static final int SIGN_DATA_MAX = 16_384;

    private static final Words MEMBERS = Words.of("protocol_version", "type", "payload", "data", "key_id");
    private static final Words TYPES = Words.of(
            "event",
            "ping",
            "get_chain_state",
            "seal_status",
            "sign",
            "verify",
            "seal",
            "receipts_status",
            "rotate_receipts_key");

    private static final Ping PING = new Ping();
    private static final ChainState CHAIN_STATE = new ChainState();
    private static final SealStatus SEAL_STATUS = new SealStatus();
    private static final SealNow SEAL_NOW = new SealNow();
    private static final ReceiptsStatus RECEIPTS_STATUS = new ReceiptsStatus();
    private static final RotateReceiptsKey ROTATE_RECEIPTS_KEY = new RotateReceiptsKey();
    private static final int ABSENT = -1;

    private final JsonTape tape = new JsonTape();
    private int version;
    private int type;
    private int payload;
    private int data;
    private int keyId;

    /// The nodes of the line read last.
    public JsonTape tape() {
        return tape;
    }

    /// Reads the line `line[from, to)`, with or without its newline. The bytes must stay as they are while
    /// the request is in use.
    public AuditRequest read(byte[] line, int from, int to) {
        try {
            tape.parse(line, from, to);
        } catch (JsonSyntaxException _) {
            return refused(Failure.INVALID_JSON);
        }
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            return refused(Failure.invalidEvent(": Nesting deeper than " + JsonTape.DEPTH_MAX + " levels"));
        }
        if (!tape.is(0, JsonKind.OBJECT)) {
            return refused(new Failure("Unsupported protocol version: undefined"));
        }
        findMembers();
        if (version != ABSENT && !(tape.is(version, JsonKind.NUMBER) && tape.number(version) == 1)) {
            return refused(new Failure("Unsupported protocol version: " + ClientText.show(tape, version)));
        }
        return request();
    }

    private void findMembers() {
        version = type = payload = data = keyId = ABSENT;
        int end = tape.next(0);
        for (int key = tape.firstChild(0); key < end; key = tape.next(key + 1)) {
            int value = key + 1; // Of duplicates the last counts.
            switch (MEMBERS.indexOf(tape, key)) {
                case 0 -> version = value;
                case 1 -> type = value;
                case 2 -> payload = value;
                case 3 -> data = value;
                case 4 -> keyId = value;
                default -> {} // Ignored.
            }
        }
    }

    private AuditRequest request() {
        int index = type != ABSENT && tape.is(type, JsonKind.STRING) ? TYPES.indexOf(tape, type) : -1;
        return switch (index) {
            case 0 -> event();
            case 1 -> PING;
            case 2 -> CHAIN_STATE;
            case 3 -> SEAL_STATUS;
            case 4 -> sign();
            case 5 -> verify();
            case 6 -> SEAL_NOW;
            case 7 -> RECEIPTS_STATUS;
            case 8 -> ROTATE_RECEIPTS_KEY;
            default -> {
                String shown = type == ABSENT ? "undefined" : ClientText.show(tape, type);
                yield refused(new Failure("Unknown message type: " + shown));
            }
        };
    }

    private AuditRequest event() {
        return isNothing(payload) ? refused(Failure.MISSING_PAYLOAD) : new Event(payload);
    }

    /// Whether a JavaScript condition would take the value for false.
    private boolean isNothing(int node) {
        return node == ABSENT
                || switch (tape.kind(node)) {
                    case NULL, FALSE -> true;
                    case STRING -> tape.end(node) - tape.start(node) == 2;
                    case NUMBER -> tape.number(node) == 0;
                    case OBJECT, ARRAY, TRUE -> false;
                };
    }

    private AuditRequest sign() {
        int payloadData = payloadMember("data");
        int payloadKeyId = payloadMember("key_id");
        String text = textOf(payloadData != ABSENT ? payloadData : data);
        if (text.isEmpty() || contradict(payloadData, data) || contradict(payloadKeyId, keyId)) {
            return refused(Failure.MISSING_SIGN_DATA);
        }
        if (text.length() > SIGN_DATA_MAX) {
            return refused(Failure.SIGN_DATA_TOO_LONG);
        }
        return new Sign(text, keyIdOf(payloadKeyId != ABSENT ? payloadKeyId : keyId));
    }

    /// Whether a member that stands in both places says two things.
    private boolean contradict(int inPayload, int onTop) {
        return inPayload != ABSENT
                && onTop != ABSENT
                && !(tape.is(inPayload, JsonKind.STRING)
                        && tape.is(onTop, JsonKind.STRING)
                        && tape.text(inPayload).equals(tape.text(onTop)));
    }

    private String keyIdOf(int node) {
        if (node == ABSENT || tape.is(node, JsonKind.NULL)) {
            return "";
        }
        return tape.is(node, JsonKind.STRING) ? tape.text(node) : Sign.NOT_A_KEY_ID;
    }

    private AuditRequest verify() {
        Verify request = new Verify(
                textOf(payloadMember("data")), textOf(payloadMember("signature")), textOf(payloadMember("key_id")));
        return request.data().isEmpty()
                        || request.signature().isEmpty()
                        || request.keyId().isEmpty()
                ? refused(Failure.MISSING_VERIFY_FIELDS)
                : request;
    }

    private int payloadMember(String name) {
        return payload != ABSENT && tape.is(payload, JsonKind.OBJECT) ? tape.member(payload, name) : ABSENT;
    }

    /// The text of a string node, empty if it is none.
    private String textOf(int node) {
        return node != ABSENT && tape.is(node, JsonKind.STRING) ? tape.text(node) : "";
    }

    private static Refused refused(Failure answer) {
        return new Refused(answer);
    }
}

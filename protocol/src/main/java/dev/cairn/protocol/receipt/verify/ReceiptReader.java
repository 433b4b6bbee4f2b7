package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Reads receipts as they are stored, in any member order and spelling, and writes what was signed (`specs/receipts.md`
/// 4).
///
/// What two readers could understand differently is refused: duplicate members, unpaired surrogates, numbers beyond a
/// double. Reusable, holds only scratch space; not thread-safe.
public final class ReceiptReader {

    private static final int TEXT_USUAL = 2048;
    private static final int TEXT_KEPT = 1 << 18;
    private static final double SEQUENCE_MAX = 1L << 53;

    private final JsonTape tape = new JsonTape();
    private final CanonicalJson canonical = new CanonicalJson(CanonicalJson.Dialect.RFC_8785);
    private final MessageDigest sha256 = Hash.sha256();
    private ByteBuilder signed = new ByteBuilder(TEXT_USUAL);

    /// Reads one text.
    public ReceiptReading read(byte[] text) {
        try {
            tape.parse(text, 0, text.length);
            if (!tape.is(0, JsonKind.OBJECT)) {
                return new UnreadableReceipt("is no JSON object");
            }
            if (tape.depth() > JsonTape.DEPTH_MAX) {
                return new UnreadableReceipt("is nested deeper than " + JsonTape.DEPTH_MAX + " levels");
            }
            return readObject();
        } catch (JsonSyntaxException e) {
            return new UnreadableReceipt("has no canonical form: " + e.getMessage());
        } catch (IllTypedException e) {
            return new UnreadableReceipt("has a member of another type: " + e.getMessage());
        }
    }

    private ReceiptReading readObject() {
        int proof = writeSigned();
        sha256.update(signed.array(), 0, signed.length());
        String hash = Hash.of(sha256).text();
        int subject = object(0, "credentialSubject");
        int action = object(subject, "action");
        int chain = object(subject, "chain");
        if (chain < 0) {
            return new UnreadableReceipt("has no credentialSubject.chain");
        }
        ReceiptFacts facts = new ReceiptFacts(
                text(0, "id"),
                text(action, "type"),
                text(action, "tool_name"),
                text(action, "risk_level"),
                text(object(subject, "outcome"), "status"),
                text(action, "timestamp"),
                text(object(0, "issuer"), "id"),
                text(object(subject, "principal"), "id"),
                optionalText(action, "idempotency_key"));
        ReceiptLink link = new ReceiptLink(
                text(chain, "chain_id"),
                sequence(chain),
                optionalText(chain, "previous_receipt_hash"),
                flag(chain, "terminal"),
                optionalText(chain, "status"));
        return new ReadReceipt(
                facts,
                link,
                signed.toByteArray(),
                hash,
                ReceiptProof.read(tape, proof),
                rotation(object(subject, "keyRotation")),
                PeerStruct.firstLost(tape));
    }

    /// Writes the canonical text of all but the proof, and returns the proof's node; -1 if there is none.
    private int writeSigned() {
        signed = signed.array().length > TEXT_KEPT ? new ByteBuilder(TEXT_USUAL) : signed; // A huge one is not kept.
        signed.truncate(0);
        signed.put('{');
        int proof = -1;
        int first = canonical.sortedKeys(tape, 0);
        int end = canonical.rangeEnd();
        try {
            for (int i = first; i < end; i++) {
                int key = canonical.key(i);
                if (tape.textEquals(key, "proof")) {
                    proof = key + 1;
                } else {
                    canonical.writeMember(tape, key, signed);
                }
            }
            if (proof >= 0 && tape.is(proof, JsonKind.OBJECT)) {
                canonical.release(canonical.sortedKeys(tape, proof)); // Only to refuse a second proofValue.
            }
        } finally {
            canonical.release(first);
        }
        if (signed.length() > 1) {
            signed.truncate(signed.length() - 1);
        }
        signed.put('}');
        return proof;
    }

    private @Nullable RecordedRotation rotation(int node) {
        return node < 0
                ? null
                : new RecordedRotation(
                        text(node, "event_type"),
                        text(node, "new_public_key"),
                        text(node, "old_key_fingerprint"),
                        text(node, "new_key_fingerprint"),
                        text(node, "old_algorithm"),
                        text(node, "new_algorithm"),
                        text(node, "signed_with"));
    }

    private long sequence(int chain) {
        int node = tape.member(chain, "sequence");
        if (node < 0 || !tape.is(node, JsonKind.NUMBER)) {
            throw new IllTypedException("sequence is no number");
        }
        double number = tape.number(node);
        if (number != Math.rint(number) || Math.abs(number) > SEQUENCE_MAX) {
            throw new IllTypedException("sequence is no integer up to 2^53");
        }
        return (long) number;
    }

    /// The node of an object; -1 if it is absent or null.
    private int object(int parent, String name) {
        int node = value(parent, name);
        if (node >= 0 && !tape.is(node, JsonKind.OBJECT)) {
            throw new IllTypedException(name + " is no object");
        }
        return node;
    }

    private String text(int object, String name) {
        String text = optionalText(object, name);
        return text == null ? "" : text;
    }

    private @Nullable String optionalText(int object, String name) {
        int node = value(object, name);
        if (node < 0) {
            return null;
        }
        if (!tape.is(node, JsonKind.STRING)) {
            throw new IllTypedException(name + " is no string");
        }
        return tape.text(node);
    }

    private boolean flag(int object, String name) {
        int node = value(object, name);
        if (node >= 0 && !tape.is(node, JsonKind.TRUE) && !tape.is(node, JsonKind.FALSE)) {
            throw new IllTypedException(name + " is neither true nor false");
        }
        return node >= 0 && tape.is(node, JsonKind.TRUE);
    }

    /// The node of a member; -1 if it is absent or null.
    private int value(int object, String name) {
        int node = object < 0 ? -1 : tape.member(object, name);
        return node >= 0 && tape.is(node, JsonKind.NULL) ? -1 : node;
    }

    /// Ends the reading of one text; it has no stack trace, as a hostile store may raise a million of them.
    private static final class IllTypedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        IllTypedException(String problem) {
            super(problem, null, false, false);
        }
    }
}

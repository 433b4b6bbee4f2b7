package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.util.Arrays;

/// Tells what the `data` of a `sign` request is (`specs/audit-relay.md` 5.3).
///
/// Reusable; not thread-safe.
public final class SignableContentReader {

    private static final SignableContent ATTESTATION = new SignableContent.Attestation();
    private static final SignableContent STATEMENT = new SignableContent.Statement();
    private static final SignableContent REFUSED = new SignableContent.Refused();

    private static final String DSSE = "DSSEv1 ";
    private static final byte[] TYPE = "application/vnd.in-toto+json".getBytes(ISO_8859_1);
    private static final int PART_MAX = 16_384;

    private final JsonTape tape = new JsonTape();
    private final InTotoStatement statement = new InTotoStatement(tape);

    /// What `data` is, which is at most 16,384 UTF-16 units long.
    public SignableContent read(String data) {
        if (data.startsWith("{")) {
            return isAttestation(data) ? ATTESTATION : REFUSED;
        }
        if (data.startsWith(DSSE)) {
            return isStatement(SignedText.utf8(data)) ? STATEMENT : REFUSED;
        }
        return SealPayload.parse(data)
                .<SignableContent>map(SignableContent.OfSeal::new)
                .orElse(REFUSED);
    }

    private boolean isAttestation(String data) {
        byte[] utf8 = SignedText.utf8(data);
        if (!isObject(utf8, 0, utf8.length)) {
            return false;
        }
        int type = tape.member(0, "type");
        int version = tape.member(0, "schema_version");
        return type >= 0
                && version >= 0
                && tape.is(type, JsonKind.STRING)
                && tape.textEquals(type, "commit-attestation")
                && tape.is(version, JsonKind.NUMBER)
                && tape.number(version) == 1;
    }

    private boolean isObject(byte[] json, int from, int to) {
        try {
            tape.parse(json, from, to);
            return tape.is(0, JsonKind.OBJECT);
        } catch (JsonSyntaxException _) {
            return false;
        }
    }

    /// Whether `text` is `DSSEv1 SP <length> SP <type> SP <length> SP <body>`, exact to the end, with a body
    /// that is signed.
    private boolean isStatement(byte[] text) {
        int typeLength = DSSE.length();
        int type = behindSpace(text, typeLength);
        if (type < 0 || length(text, typeLength, type - 1) != TYPE.length || !hasType(text, type)) {
            return false;
        }
        int bodyLength = type + TYPE.length + 1;
        int body = behindSpace(text, bodyLength);
        return body >= 0
                && length(text, bodyLength, body - 1) == text.length - body
                && isObject(text, body, text.length)
                && statement.isSigned();
    }

    private static boolean hasType(byte[] text, int at) {
        int end = at + TYPE.length;
        return end < text.length && Arrays.equals(text, at, end, TYPE, 0, TYPE.length) && text[end] == ' ';
    }

    private static int behindSpace(byte[] text, int from) {
        for (int at = from; at < text.length; at++) {
            if (text[at] == ' ') {
                return at + 1;
            }
        }
        return -1;
    }

    /// The number of decimal digits, leading zeros among them; -1 if it is none or too large.
    private static int length(byte[] text, int from, int to) {
        int length = from < to ? 0 : -1;
        for (int at = from; at < to && length >= 0; at++) {
            boolean digit = text[at] >= '0' && text[at] <= '9';
            length = digit ? length * 10 + text[at] - '0' : -1;
            length = length > PART_MAX ? -1 : length;
        }
        return length;
    }
}
